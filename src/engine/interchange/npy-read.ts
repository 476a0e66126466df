/**
 * NumPy's .npy arrays as data: any number type and byte order, C or Fortran order, read to C order
 * (numpy.lib.format, versions 1 to 3).
 */
import { sizeOf } from '../../shared/graph/shapes.ts'
import { permute } from './layouts.ts'
import { fromHalf } from './widen.ts'

export type NumberArray =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array

export interface NpyHeader {
  /** `u1`, `f4`, … without the byte order. */
  readonly type: string
  readonly big: boolean
  readonly fortran: boolean
  readonly shape: readonly number[]
  /** Where the numbers begin. */
  readonly start: number
}

interface NumberType {
  readonly size: number
  readonly make: (count: number) => NumberArray
  readonly read: (view: DataView, at: number, little: boolean) => number
}

const wide = (value: bigint): number => Number(value)

const TYPES: Readonly<Record<string, NumberType>> = {
  b1: { size: 1, make: (n) => new Uint8Array(n), read: (v, at) => v.getUint8(at) },
  u1: { size: 1, make: (n) => new Uint8Array(n), read: (v, at) => v.getUint8(at) },
  i1: { size: 1, make: (n) => new Int8Array(n), read: (v, at) => v.getInt8(at) },
  u2: { size: 2, make: (n) => new Uint16Array(n), read: (v, at, le) => v.getUint16(at, le) },
  i2: { size: 2, make: (n) => new Int16Array(n), read: (v, at, le) => v.getInt16(at, le) },
  u4: { size: 4, make: (n) => new Uint32Array(n), read: (v, at, le) => v.getUint32(at, le) },
  i4: { size: 4, make: (n) => new Int32Array(n), read: (v, at, le) => v.getInt32(at, le) },
  u8: { size: 8, make: (n) => new Float64Array(n), read: (v, at, le) => wide(v.getBigUint64(at, le)) },
  i8: { size: 8, make: (n) => new Float64Array(n), read: (v, at, le) => wide(v.getBigInt64(at, le)) },
  f2: { size: 2, make: (n) => new Float32Array(n), read: (v, at, le) => fromHalf(v.getUint16(at, le)) },
  f4: { size: 4, make: (n) => new Float32Array(n), read: (v, at, le) => v.getFloat32(at, le) },
  f8: { size: 8, make: (n) => new Float64Array(n), read: (v, at, le) => v.getFloat64(at, le) },
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
const MOST_ENTRIES = Number.MAX_SAFE_INTEGER

/** The header of an array, or what is wrong with it in words. */
export function npyHeader(file: Uint8Array): NpyHeader | string {
  if (file.length < 10 || MAGIC.some((byte, k) => file[k] !== byte)) return 'not a NumPy array'
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const start = file[6] > 1 ? 12 : 10
  if (file.length < start) return 'truncated'
  const end = start + (file[6] > 1 ? view.getUint32(8, true) : view.getUint16(8, true))
  if (end > file.length) return 'truncated: its header is longer than the file'
  const text = new TextDecoder('latin1').decode(file.subarray(start, end))
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1]
  const sides = /'shape':\s*\(([^)]*)\)/.exec(text)?.[1]
  if (order === undefined || sides === undefined) return 'its header is not NumPy’s'
  const descriptor = /'descr':\s*'([<>|=])([^']*)'/.exec(text)
  if (!descriptor) return 'a table of named fields (a structured array), expected is one number type'
  const [, mark, type] = descriptor
  if (type.startsWith('O')) {
    return (
      'an array of Python objects, which only Python can read; rows of equal length make numbers: ' +
      'numpy.asarray(rows, dtype="float32")'
    )
  }
  if (/^[US]\d/.test(type)) return `text (${type}), expected are numbers; labels are whole numbers from 0`
  if (!Object.hasOwn(TYPES, type))
    return `type ${mark}${type}; known are ${Object.keys(TYPES).join(', ')} in either byte order`
  const shape = sides
    .split(',')
    .map((side) => side.trim().replace(/L$/, ''))
    .filter((side) => side !== '')
    .map(Number)
  if (!shape.every((side) => Number.isSafeInteger(side) && side >= 0)) return `shape (${sides})`
  if (sizeOf(shape) > MOST_ENTRIES) return `shape (${sides}) is too large`
  return { type, big: mark === '>', fortran: order === 'True', shape, start: end }
}

const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** The entries of an array in C order, or what is wrong with them in words. */
export function npyEntries(file: Uint8Array, header: NpyHeader): NumberArray | string {
  const { size, make, read } = TYPES[header.type]
  const count = sizeOf(header.shape)
  const found = file.length - header.start
  if (found !== count * size) {
    return (
      `${found < count * size ? 'truncated' : 'too long'}: shape (${header.shape.join(', ')}) takes ` +
      `${count * size} bytes, the file holds ${found}`
    )
  }
  const entries = make(count)
  const native = size === 1 || header.big !== LITTLE
  const direct =
    native && entries.BYTES_PER_ELEMENT === size && !header.type.endsWith('8') && header.type !== 'f2'
  if (direct || (native && header.type === 'f8')) {
    new Uint8Array(entries.buffer).set(file.subarray(header.start))
  } else {
    const view = new DataView(file.buffer, file.byteOffset + header.start, found)
    for (let i = 0; i < count; i++) entries[i] = read(view, i * size, !header.big)
  }
  if (!header.fortran) return entries
  // The first index moves fastest: in C order these are the entries of the turned shape.
  const turned = [...header.shape].reverse()
  return permute(
    entries,
    turned,
    turned.map((_, axis) => turned.length - 1 - axis),
    make(count),
  )
}
