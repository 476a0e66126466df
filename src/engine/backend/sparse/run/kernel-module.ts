/** Compiles the kernels, once a process, with V8's flags for them. */
import { setFlagsFromString } from 'node:v8'
import { brotliDecompressSync } from 'node:zlib'
import { withCompilationLock } from './compilation-lock.ts'
import { packedKernels } from './kernel-file.ts'
import { checksTapes } from './tape-check.ts'

/**
 * Flags for this module, each with the one that brings back what is usual. V8 reads them as it compiles, and
 * the module is compiled whole, by the optimizing compiler, before its constructor answers: no other module
 * sees them, and no step is taken in code of the baseline compiler.
 *
 * - Neighbouring vectors of 128 bits become one of 256 where the processor has them (AVX2): half the
 *   instructions. Every lane keeps its order of sums, so the numbers are the same bit for bit.
 * - Inlining works from what the baseline compiler has counted, and V8 14.8 dies where it did not run: it is
 *   off before that compiler is, and on again after it.
 */
const FLAGS: readonly (readonly [during: string, after: string])[] = [
  ['--experimental-wasm-revectorize', '--no-experimental-wasm-revectorize'],
  ['--no-wasm-inlining', '--wasm-inlining'],
  ['--no-liftoff', '--liftoff'],
  ['--no-wasm-lazy-compilation', '--wasm-lazy-compilation'],
]

/**
 * Node lets the processor guard WebAssembly's memory. Electron does not: there V8 compares every address with
 * the memory's size, which costs the kernels 40 %. All their addresses come from the plan (labels, the only
 * data among them, are checked before), so in Electron the module is compiled without the comparisons, except
 * where tapes are checked.
 */
const UNGUARDED = ['--no-wasm-bounds-checks', '--wasm-bounds-checks'] as const

let compiled: WebAssembly.Module | null = null

export function kernelModule(): WebAssembly.Module {
  compiled ??= withCompilationLock(() => compile(brotliDecompressSync(packedKernels())))
  return compiled
}

function compile(binary: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  const guarded = process.versions['electron'] === undefined || checksTapes()
  const flags = guarded ? FLAGS : [...FLAGS, UNGUARDED]
  for (const [during] of flags) setFlagsFromString(during)
  try {
    return new WebAssembly.Module(binary)
  } finally {
    for (const [, after] of flags.toReversed()) setFlagsFromString(after)
  }
}
