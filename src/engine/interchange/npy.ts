/** NumPy's .npy format, version 1.0 (numpy.lib.format): one array. */
import { BenchError } from '../../shared/contract/errors.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'
import { npyEntries, npyHeader } from './npy-read.ts'
import type { NumberArray } from './npy-read.ts'
import { bytesOf } from './types.ts'
import type { ArrayData, NamedArray } from './types.ts'

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

function descriptionOf(data: ArrayData): string {
  if (data instanceof Float32Array) return '<f4'
  if (data instanceof Float64Array) return '<f8'
  return data instanceof Int32Array ? '<i4' : '|u1'
}

/** The file of one array, C order. */
export function writeNpy({ name, shape, data }: NamedArray): Uint8Array {
  if (sizeOf(shape) !== data.length)
    throw new Error(`npy: ${name} has ${data.length} entries, its shape [${shape}] ${sizeOf(shape)}`)
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const header = `{'descr': '${descriptionOf(data)}', 'fortran_order': False, 'shape': (${sides}), }`
  // Magic, version and length take 10 bytes; the header ends with a newline at a multiple of 64.
  const length = Math.ceil((10 + header.length + 1) / 64) * 64 - 10
  const file = new Uint8Array(10 + length + data.byteLength)
  file.set(MAGIC)
  file[6] = 1
  file[8] = length & 255
  file[9] = length >>> 8
  file.set(new TextEncoder().encode(`${header.padEnd(length - 1)}\n`), 10)
  file.set(bytesOf(data), 10 + length)
  return file
}

/**
 * Reads one array, of any number type and byte order, in C or Fortran order; types that the bench does not
 * keep become the next wider one that it does.
 * @throws BenchError `bad-file`, naming the array
 */
export function readNpy(name: string, file: Uint8Array): NamedArray {
  const header = npyHeader(file)
  const entries = typeof header === 'string' ? header : npyEntries(file, header)
  if (typeof header === 'string' || typeof entries === 'string')
    throw new BenchError(
      'bad-file',
      `${name}: ${typeof entries === 'string' ? entries : String(header)}.`,
      name,
    )
  return { name, shape: header.shape, data: keptType(name, header.type, entries) }
}

function keptType(name: string, type: string, entries: NumberArray): ArrayData {
  if (entries instanceof Float32Array || entries instanceof Uint8Array || entries instanceof Int32Array)
    return entries
  if (entries instanceof Float64Array) return type === 'f8' ? entries : narrow(name, entries)
  return entries instanceof Uint32Array ? narrow(name, entries) : Int32Array.from(entries)
}

function narrow(name: string, entries: Float64Array | Uint32Array): Int32Array {
  const wrong = entries.find((value) => value !== (value | 0))
  if (wrong === undefined) return Int32Array.from(entries)
  throw new BenchError('bad-file', `${name}: it holds ${wrong}, which is no 32-bit whole number.`, name)
}
