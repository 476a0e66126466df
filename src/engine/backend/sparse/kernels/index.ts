// The kernels of the sparse backend: SIMD WebAssembly over shared memory.
export { runTape } from './tape'
export { begin, help, runShare } from './threads'
export { lacking, merge, pick, shift, smooth, sumOfSizes, zero, zerosAt } from './lists'
export { largestOthers, largestRanks } from './selection'
