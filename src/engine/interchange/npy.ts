/** NumPy's .npy format, version 1.0 (numpy.lib.format): one array. */
import { BenchError } from '../../shared/contract/errors.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'
import { arrayFrom, bytesOf } from './types.ts'
import type { ArrayData, NamedArray } from './types.ts'
import { narrowLong, widenHalf } from './widen.ts'

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

const KINDS = {
  '<f2': { size: 2, read: widenHalf },
  '<f4': { size: 4, read: (bytes) => arrayFrom(Float32Array, bytes) },
  '<f8': { size: 8, read: (bytes) => arrayFrom(Float64Array, bytes) },
  '<i4': { size: 4, read: (bytes) => arrayFrom(Int32Array, bytes) },
  '<i8': { size: 8, read: (bytes, name) => narrowLong(name, bytes) },
  '|u1': { size: 1, read: (bytes) => arrayFrom(Uint8Array, bytes) },
  '|b1': { size: 1, read: (bytes) => arrayFrom(Uint8Array, bytes) },
} as const satisfies Record<string, Kind>

interface Kind {
  /** Bytes of an entry. */
  readonly size: number
  readonly read: (bytes: Uint8Array, name: string) => ArrayData
}

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
 * Reads one array. Throws BenchError('bad-file'), naming the array, for what is no .npy file, for Fortran
 * order, for types other than floats, int32, int64, uint8 and bool, and for a wrong number of bytes.
 */
export function readNpy(name: string, file: Uint8Array): NamedArray {
  const fail = (message: string): never => {
    throw new BenchError('bad-file', `${name}: ${message}`, name)
  }
  if (file.length < 10 || MAGIC.some((byte, k) => file[k] !== byte))
    return fail('not a NumPy array file (.npy).')
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const wide = file[6] > 1
  const start = wide ? 12 : 10
  const end = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true))
  const header = new TextDecoder('latin1').decode(file.subarray(start, end))
  const description = /'descr':\s*'([^']*)'/.exec(header)?.[1]
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1]
  const sides = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1]
  if (description === undefined || order === undefined || sides === undefined)
    return fail('its header is not NumPy’s.')
  if (order === 'True') return fail('it is in Fortran order. Save it with numpy.ascontiguousarray(array).')
  if (!Object.hasOwn(KINDS, description)) {
    return fail(
      `its type is ${description}; known are float16, float32, float64, int32, int64, uint8 and bool, ` +
        'little-endian.',
    )
  }
  const kind: Kind = KINDS[description as keyof typeof KINDS]
  const shape = sides
    .split(',')
    .map((side) => side.trim())
    .filter((side) => side !== '')
    .map(Number)
  const expected = sizeOf(shape) * kind.size
  const bytes = file.subarray(end)
  if (bytes.length !== expected)
    return fail(`shape (${sides}) takes ${expected} bytes, the file holds ${bytes.length}.`)
  return { name, shape, data: kind.read(bytes, name) }
}
