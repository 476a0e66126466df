/** NumPy's .npz: a zip of .npy files, as numpy.savez writes and numpy.load reads. */
import { zipSync } from 'fflate'
import { BenchError } from '../../shared/contract/errors.ts'
import { withinUnpacked } from './limits.ts'
import { readNpy, writeNpy } from './npy.ts'
import { TORCH_HINT } from './types.ts'
import type { NamedArray } from './types.ts'
import { readZip } from './zip.ts'

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

const TORCH = /(^|\/)data\.pkl$/

/**
 * Reads all arrays, in the order of the file.
 * @throws BenchError `bad-file` for what it cannot read, with a hint for PyTorch's own archives; `bad-data`
 * for one that unpacks to more than is allowed
 */
export function readNpz(bytes: Uint8Array): NamedArray[] {
  let files: Map<string, Uint8Array>
  let total = 0
  try {
    files = readZip(bytes, {
      wanted: (name, size) => {
        if (TORCH.test(name)) throw new BenchError('bad-file', `A file of torch.save: ${TORCH_HINT}`)
        withinUnpacked(bytes.length, (total += size), 'the archive')
        return true
      },
    })
  } catch (error) {
    if (error instanceof BenchError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new BenchError('bad-file', `Not a NumPy archive (.npz), or a damaged one: ${why}.`, null, {
      cause: error,
    })
  }
  return [...files].map(([path, file]) => readNpy(path.replace(/\.npy$/, ''), file))
}
