// The kernels of the sparse backend: SIMD WebAssembly over shared memory.
export { largestRanks, merge, pick, ranksIn, reaching, zerosAt } from './masks'
export { runTape } from './tape'
export { begin, help, runShare } from './threads'
