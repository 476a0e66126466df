/** NumPy's .npz: a zip of .npy files, as numpy.savez writes and numpy.load reads. */
import { unzipSync, zipSync } from 'fflate'
import { BenchError } from '../../shared/contract/errors.ts'
import { readNpy, writeNpy } from './npy.ts'
import type { NamedArray } from './types.ts'

/** The date of all entries, so that equal arrays give equal bytes. */
const DATE = '1980-01-01T00:00:00'

/** Arrays must have distinct names. `compress` deflates, which pays for sparse weights and masks. */
export function writeNpz(arrays: readonly NamedArray[], compress = true): Uint8Array {
  const files: Record<string, Uint8Array> = {}
  for (const array of arrays) {
    const path = `${array.name}.npy`
    if (Object.hasOwn(files, path)) throw new Error(`npz: two arrays are named ${array.name}`)
    files[path] = writeNpy(array)
  }
  return zipSync(files, { level: compress ? 6 : 0, mtime: new Date(DATE) })
}

/** Reads all arrays, in the order of the file. Throws BenchError('bad-file') for what it cannot read. */
export function readNpz(bytes: Uint8Array): NamedArray[] {
  let files: Record<string, Uint8Array>
  try {
    files = unzipSync(bytes)
  } catch (error) {
    throw new BenchError(
      'bad-file',
      `Not a NumPy archive (.npz): ${error instanceof Error ? error.message : String(error)}.`,
      null,
      { cause: error },
    )
  }
  return Object.entries(files).map(([path, file]) => readNpy(path.replace(/\.npy$/, ''), file))
}
