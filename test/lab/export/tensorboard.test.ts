import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { curve, fakeLab, fakeStudy, start, temporaryFolder, until } from '../support.ts'

/** CRC-32C bit by bit, from its definition: polynomial 0x1EDC6F41, reflected. */
function crc32c(bytes: Uint8Array): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return ~crc >>> 0
}

function masked(bytes: Uint8Array): number {
  const crc = BigInt(crc32c(bytes))
  return Number((((crc >> 15n) | (crc << 17n)) + 0xa282ead8n) & 0xffffffffn)
}

type Field = {
  readonly number: number
  readonly type: number
  readonly bytes: Buffer
  readonly value: bigint
}

/** The fields of one protobuf message. */
function fieldsOf(bytes: Buffer): Field[] {
  const fields: Field[] = []
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  const take = (length: number): Buffer => bytes.subarray(at, (at += length))
  while (at < bytes.length) {
    const key = Number(varint())
    const [number, type] = [key >> 3, key & 7]
    if (type === 0) fields.push({ number, type, bytes: Buffer.alloc(0), value: varint() })
    else
      fields.push({
        number,
        type,
        value: 0n,
        bytes: take(type === 1 ? 8 : type === 5 ? 4 : Number(varint())),
      })
  }
  return fields
}

interface Scalar {
  readonly wall: number
  readonly step: number
  readonly tag: string
  readonly value: number
}

/** The scalars of an event file, by TensorFlow's record format and event.proto. */
function readEvents(file: string): { version: string; scalars: Scalar[] } {
  const bytes = readFileSync(file)
  const scalars: Scalar[] = []
  let version = ''
  for (let at = 0; at < bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(at))
    expect(bytes.readUInt32LE(at + 8)).toBe(masked(bytes.subarray(at, at + 8)))
    const data = bytes.subarray(at + 12, at + 12 + length)
    expect(bytes.readUInt32LE(at + 12 + length)).toBe(masked(data))
    at += 16 + length
    const event = fieldsOf(data)
    const wall = event.find(({ number }) => number === 1)?.bytes.readDoubleLE() ?? NaN
    const step = Number(event.find(({ number }) => number === 2)?.value ?? 0n)
    version ||= event.find(({ number }) => number === 3)?.bytes.toString() ?? ''
    for (const summary of event.filter(({ number }) => number === 5))
      for (const entry of fieldsOf(summary.bytes)) {
        const value = fieldsOf(entry.bytes)
        scalars.push({
          ...{ wall, step },
          tag: value.find(({ number }) => number === 1)?.bytes.toString() ?? '',
          value: value.find(({ number }) => number === 2)?.bytes.readFloatLE() ?? NaN,
        })
      }
  }
  return { version, scalars }
}

describe('TensorBoard event files', () => {
  it('know the check value of CRC-32C', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
  })

  it('read by another reader hold every point of the store, NaN included', async () => {
    const lab = fakeLab()
    const runs = await start(lab, fakeStudy(['steps=300', 'steps=30 nan=25'], [1, 2]))
    await until(lab, runs, 'finished', 'diverged')
    const folder = temporaryFolder()
    const request = { what: 'metrics' as const, format: 'tensorboard' as const, study: 'fake', file: folder }
    const written = await lab.call('export/write', request)
    const folders = readdirSync(folder).sort()
    expect(folders).toHaveLength(4)
    let points = 0
    for (const [index, name] of folders.entries()) {
      const [file] = readdirSync(join(folder, name))
      expect(file).toMatch(/^events\.out\.tfevents\.\d+\./)
      const { version, scalars } = readEvents(join(folder, name, file))
      expect(version).toBe('brain.Event:2')
      points += scalars.length
      const loss = scalars.filter(({ tag }) => tag === 'train/loss')
      const stored = await curve(lab, runs[index])
      expect(loss.map(({ step, value }) => [step, value])).toEqual(
        stored.map(([step, value]) => [step, Math.fround(value)]),
      )
      const { row } = await lab.call('runs/get', { id: runs[index] })
      const begun = Date.parse(row.startedAt ?? '') / 1000
      for (const { wall } of scalars) expect(wall).toBeGreaterThanOrEqual(begun)
      expect(new Set(scalars.map(({ tag }) => tag))).toEqual(
        new Set(Object.keys(row.last).map((metric) => metric.replace('.', '/'))),
      )
    }
    expect(points).toBe(written.rows)
    const alone = temporaryFolder()
    const one = await lab.call('export/write', { ...request, metric: 'train.loss', file: alone })
    expect(one.rows).toBe(300 + 300 + 25 + 25)
  })
})
