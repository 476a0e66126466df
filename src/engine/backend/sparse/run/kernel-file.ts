/** The kernels' module, packed: resources/kernels/sparse.wasm.br, made by scripts/build-kernels.mjs. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BenchError } from '../../../../shared/contract/errors.ts'

/** From the sources or from what is built. */
function kernelFile(): string {
  const places = ['../../../../..', '../..'].map((up) =>
    join(import.meta.dirname, up, 'resources', 'kernels', 'sparse.wasm.br'),
  )
  return places.find((place) => existsSync(place)) ?? places[0]
}

/** The bytes of the file. @throws BenchError `unavailable` where it is not there. */
export function packedKernels(): Uint8Array {
  const file = kernelFile()
  try {
    return readFileSync(file)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new BenchError('unavailable', `The sparse backend’s kernels cannot be read: ${reason}`, 'sparse')
  }
}
