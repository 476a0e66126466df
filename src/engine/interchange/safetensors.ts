/** The safetensors format: eight bytes of header length, a JSON header, the tensors' bytes. */
import { BenchError } from '../../shared/contract/errors.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'
import { arrayFrom, bytesOf } from './types.ts'
import type { ArrayData, NamedArray } from './types.ts'
import { EIGHT_BITS, narrowLong, narrowWord, widenBrain, widenEight, widenHalf } from './widen.ts'

const KINDS = {
  F8_E4M3: { size: 1, read: (bytes) => widenEight(bytes, EIGHT_BITS.e4m3) },
  F8_E5M2: { size: 1, read: (bytes) => widenEight(bytes, EIGHT_BITS.e5m2) },
  F16: { size: 2, read: widenHalf },
  BF16: { size: 2, read: widenBrain },
  F32: { size: 4, read: (bytes) => arrayFrom(Float32Array, bytes) },
  F64: { size: 8, read: (bytes) => arrayFrom(Float64Array, bytes) },
  I8: { size: 1, read: (bytes) => Int32Array.from(arrayFrom(Int8Array, bytes)) },
  I16: { size: 2, read: (bytes) => Int32Array.from(arrayFrom(Int16Array, bytes)) },
  U16: { size: 2, read: (bytes) => Int32Array.from(arrayFrom(Uint16Array, bytes)) },
  U32: { size: 4, read: (bytes, name) => narrowWord(name, bytes) },
  U64: { size: 8, read: (bytes, name) => narrowLong(name, bytes, false) },
  I32: { size: 4, read: (bytes) => arrayFrom(Int32Array, bytes) },
  I64: { size: 8, read: (bytes, name) => narrowLong(name, bytes) },
  U8: { size: 1, read: (bytes) => arrayFrom(Uint8Array, bytes) },
  BOOL: { size: 1, read: (bytes) => arrayFrom(Uint8Array, bytes) },
} as const satisfies Record<string, Kind>

interface Kind {
  /** Bytes of an entry. */
  readonly size: number
  readonly read: (bytes: Uint8Array, name: string) => ArrayData
}

interface Entry {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

function dtypeOf(data: ArrayData): string {
  if (data instanceof Float32Array) return 'F32'
  if (data instanceof Float64Array) return 'F64'
  return data instanceof Int32Array ? 'I32' : 'U8'
}

/** Arrays must have distinct names; `metadata` are texts kept beside them. */
export function writeSafetensors(
  arrays: readonly NamedArray[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  // Wider types first, as the reference does: every tensor is then aligned to its own size.
  const ordered = [...arrays].sort((a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT)
  const header: Record<string, Entry | Readonly<Record<string, string>>> = {}
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata
  let offset = 0
  for (const { name, shape, data } of ordered) {
    if (Object.hasOwn(header, name)) throw new Error(`safetensors: two arrays are named ${name}`)
    if (sizeOf(shape) !== data.length)
      throw new Error(`safetensors: ${name} has ${data.length} entries, not those of [${shape}]`)
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [offset, offset + data.byteLength] }
    offset += data.byteLength
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const length = Math.ceil(text.length / 8) * 8
  const file = new Uint8Array(8 + length + offset)
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true)
  file.fill(0x20, 8, 8 + length)
  file.set(text, 8)
  let at = 8 + length
  for (const { data } of ordered) {
    file.set(bytesOf(data), at)
    at += data.byteLength
  }
  return file
}

/** As the reference library has it. */
const MOST_HEADER = 100_000_000

/** A key that stands twice in an object of valid JSON; JSON.parse takes the last silently. */
function duplicateKey(json: string): string | null {
  const open: Set<string>[] = []
  let last = ''
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}:]/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '}') open.pop()
    else if (token === ':') {
      const key = JSON.parse(last) as string
      const seen = open[open.length - 1]
      if (seen.has(key)) return key
      seen.add(key)
    }
    last = token
  }
  return null
}

/** The bytes of the tensors must be all there are, each byte of one tensor. */
function checkLayout(entries: readonly (readonly [string, Entry])[], bytes: number): void {
  const fail = (name: string, message: string): never => {
    throw new BenchError('bad-file', `Not a sound safetensors file: ${name} ${message}.`, name)
  }
  const ordered = [...entries].sort(
    ([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1],
  )
  let at = 0
  for (const [name, { data_offsets: offsets }] of ordered) {
    const [from, to] = offsets
    if (from < at) fail(name, `shares bytes with another tensor (from ${from}, others end at ${at})`)
    if (from > at) fail(name, `begins at byte ${from}; the bytes from ${at} on are nobody’s`)
    if (to < from) fail(name, `ends at byte ${to}, before it begins`)
    at = to
  }
  if (at > bytes) fail('the file', `ends after ${bytes} bytes of the ${at} that its tensors take`)
  if (at < bytes) fail('the file', `has ${bytes - at} bytes behind the last tensor`)
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false
  const { dtype, shape, data_offsets: offsets } = value as Partial<Entry>
  const counts = (list: unknown): boolean =>
    Array.isArray(list) && list.every((item) => Number.isSafeInteger(item) && item >= 0)
  return typeof dtype === 'string' && counts(shape) && counts(offsets) && offsets?.length === 2
}

const isTexts = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((text) => typeof text === 'string')

function parseHeader(file: Uint8Array): { header: Record<string, unknown>; start: number } {
  const fail = (message: string): never => {
    throw new BenchError('bad-file', `Not a safetensors file: ${message}.`)
  }
  if (file.length < 8) return fail('it has fewer than 8 bytes')
  const length = Number(new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true))
  if (length > file.length - 8)
    return fail(`its header would take ${length} bytes, it has ${file.length - 8}`)
  if (length > MOST_HEADER) return fail(`its header takes ${length} bytes, allowed are ${MOST_HEADER}`)
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, 8 + length))
    const header: unknown = JSON.parse(text)
    const twice = duplicateKey(text)
    if (twice !== null) return fail(`its header names ${twice} twice`)
    if (typeof header !== 'object' || header === null || Array.isArray(header))
      return fail('its header is no object')
    return { header: header as Record<string, unknown>, start: 8 + length }
  } catch (error) {
    if (error instanceof BenchError) throw error
    return fail(error instanceof Error ? error.message : String(error))
  }
}

/**
 * Reads all arrays. Throws BenchError('bad-file') for a broken file or a type that is not in KINDS.
 */
export function readSafetensors(file: Uint8Array): {
  arrays: NamedArray[]
  metadata: Record<string, string>
} {
  const { header, start } = parseHeader(file)
  const arrays: NamedArray[] = []
  checkLayout(
    Object.entries(header).filter((pair): pair is [string, Entry] => isEntry(pair[1])),
    file.length - start,
  )
  let metadata: Record<string, string> = {}
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      if (!isTexts(entry))
        throw new BenchError('bad-file', 'Not a safetensors file: its __metadata__ is no object of texts.')
      metadata = entry
      continue
    }
    if (!isEntry(entry)) throw new BenchError('bad-file', `${name}: its header entry is malformed.`, name)
    if (!Object.hasOwn(KINDS, entry.dtype)) {
      throw new BenchError(
        'bad-file',
        `${name}: its type is ${entry.dtype}; known are ${Object.keys(KINDS).join(', ')}.`,
        name,
      )
    }
    const kind: Kind = KINDS[entry.dtype as keyof typeof KINDS]
    const [from, to] = entry.data_offsets
    const expected = sizeOf(entry.shape) * kind.size
    if (to - from !== expected) {
      throw new BenchError(
        'bad-file',
        `${name}: shape [${entry.shape}] takes ${expected} bytes, the file gives it ${to - from}.`,
        name,
      )
    }
    arrays.push({ name, shape: entry.shape, data: kind.read(file.subarray(start + from, start + to), name) })
  }
  return { arrays, metadata }
}
