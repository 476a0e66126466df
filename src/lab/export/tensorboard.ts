/**
 * Curves as TensorBoard event files: a folder per run, one file each, scalar summaries. A record is its
 * length (uint64), the masked CRC-32C of the length, the bytes, and the masked CRC-32C of the bytes, all
 * little-endian.
 */
import { join } from 'node:path'
import { BenchError } from '../../shared/contract/errors.ts'
import type { ExportRequest, RunRow } from '../../shared/contract/lab.ts'
import { selectRuns } from './selection.ts'
import type { LabContext } from '../context.ts'
import { allPoints } from '../store/curves.ts'
import type { Written } from './types.ts'
import { writeBytes } from './writer.ts'

const CASTAGNOLI = 0x82f63b78
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ CASTAGNOLI : rest >>> 1
  return rest
})

/** CRC-32C, rotated right by 15 bits plus a constant, as TensorFlow's record format has it. */
export function maskedCrc(bytes: Uint8Array): number {
  let rest = 0xffffffff
  for (const byte of bytes) rest = TABLE[(rest ^ byte) & 255] ^ (rest >>> 8)
  rest = ~rest >>> 0
  return (((rest >>> 15) | (rest << 17)) + 0xa282ead8) >>> 0
}

/** One record around its bytes. */
export function record(bytes: Uint8Array): Uint8Array {
  const framed = Buffer.alloc(12 + bytes.length + 4)
  framed.writeBigUInt64LE(BigInt(bytes.length))
  framed.writeUInt32LE(maskedCrc(framed.subarray(0, 8)), 8)
  framed.set(bytes, 12)
  framed.writeUInt32LE(maskedCrc(bytes), 12 + bytes.length)
  return framed
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return [...bytes, rest]
}

const message = (field: number, bytes: ArrayLike<number>) => [
  field * 8 + 2,
  ...varint(bytes.length),
  ...Array.from(bytes),
]

function real(field: number, value: number, bytes: 4 | 8): number[] {
  const buffer = Buffer.alloc(bytes)
  if (bytes === 4) buffer.writeFloatLE(value)
  else buffer.writeDoubleLE(value)
  return [field * 8 + (bytes === 4 ? 5 : 1), ...buffer]
}

/** The first event of a file. `at`: seconds since 1970. */
export function versionEvent(at: number): Uint8Array {
  return Uint8Array.from([...real(1, at, 8), ...message(3, Buffer.from('brain.Event:2'))])
}

/** An event with one scalar; float32, as TensorBoard keeps it. */
export function scalarEvent(at: number, step: number, tag: string, value: number): Uint8Array {
  const summary = message(1, [...message(1, Buffer.from(tag)), ...real(2, value, 4)])
  return Uint8Array.from([...real(1, at, 8), 2 * 8, ...varint(step), ...message(5, summary)])
}

/** Bytes that file systems allow in a name, less what others may put behind it. */
const LONGEST_NAME = 200

/** The name, cut where it is too long for a folder; the run's number begins it and the seed ends it. */
function shortened(name: string, seed: number): string {
  if (Buffer.byteLength(name) <= LONGEST_NAME) return name
  const end = `…-seed-${seed}`
  let kept = name
  while (Buffer.byteLength(kept + end) > LONGEST_NAME) kept = [...kept].slice(0, -1).join('')
  return kept + end
}

/** `run-0003-ERK-EOI-seed-1` */
function folderOf(row: RunRow): string {
  const labels = [...Object.values(row.labels), `seed-${row.spec.seed}`].join('-')
  const name = `run-${String(row.id).padStart(4, '0')}-${labels.replace(/[^\p{L}\p{N}.+-]+/gu, '_')}`
  return shortened(name, row.spec.seed)
}

/** Writes the folder; returns the counts of points and bytes. Tags are `phase/name`. */
export function writeTensorBoard(context: LabContext, request: ExportRequest): Written {
  let rows = 0
  let bytes = 0
  for (const row of selectRuns(context, request, [])) {
    const begun = Date.parse(row.startedAt ?? row.createdAt) / 1000
    if (!Number.isFinite(begun))
      throw new BenchError('bad-data', `Run ${row.id} has no time of its start.`, 'runs')
    const records = [record(versionEvent(begun))]
    for (const { phase, name, step, wall, value } of allPoints(context.database, [row.id])) {
      if (request.metric !== undefined && request.metric !== `${phase}.${name}`) continue
      records.push(record(scalarEvent(begun + wall, step, `${phase}/${name}`, value)))
      rows++
    }
    if (records.length === 1) continue
    const file = join(request.file, folderOf(row), `events.out.tfevents.${Math.floor(begun)}.givens`)
    bytes += writeBytes(file, Buffer.concat(records))
  }
  return { file: request.file, rows, bytes }
}
