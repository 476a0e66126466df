/** Sound files of every kind that the bench reads from others, made by the bench itself. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateSync, gzipSync } from 'node:zlib'
import { writeNpz, writeSafetensors } from '../../src/engine/index.ts'
import type { NamedArray } from '../../src/engine/index.ts'
import type { Stream } from '../../src/engine/rng.ts'
import type { Question } from '../examine.ts'
import { writeDigits } from './digits.ts'

export interface Sample {
  readonly name: string
  /** Files, by their paths inside the sample's folder. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** What reads them, once they lie in a folder. */
  readonly ask: (folder: string, files: ReadonlyMap<string, Uint8Array>) => Question
}

const SIDE = 12

/** A grey PNG of random pixels. */
function png(stream: Stream): Uint8Array {
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data])
    const [size, check] = [Buffer.alloc(4), Buffer.alloc(4)]
    size.writeUInt32BE(data.length)
    check.writeUInt32BE(crc32(body))
    return Buffer.concat([size, body, check])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(SIDE, 0)
  head.writeUInt32BE(SIDE, 4)
  head[8] = 8
  const rows = Buffer.from(
    Array.from({ length: SIDE * (SIDE + 1) }, (_, at) => (at % (SIDE + 1) === 0 ? 0 : stream.integer(256))),
  )
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function pictures(stream: Stream): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  for (const part of ['train', 'val'])
    for (const label of ['ant', 'bee'])
      for (let image = 0; image < 3; image++) files.set(`${part}/${label}/${image}.png`, png(stream))
  return files
}

function digits(folder: string, stream: Stream): Map<string, Uint8Array> {
  writeDigits(folder, stream, { train: 60, t10k: 20 })
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]))
}

function weights(stream: Stream): readonly NamedArray[] {
  const array = (name: string, shape: readonly number[]): NamedArray => ({
    name,
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => stream.uniform()),
  })
  return [array('0.weight', [8, 12]), array('0.bias', [8]), array('1.weight', [3, 8])]
}

const only = (files: ReadonlyMap<string, Uint8Array>): Uint8Array => [...files.values()][0]
const one = (name: string, bytes: Uint8Array): ReadonlyMap<string, Uint8Array> => new Map([[name, bytes]])

/**
 * @param folder where intermediate files may be made
 * @param bundle a bundle with runs
 */
export function soundSamples(folder: string, bundle: Uint8Array, stream: Stream): readonly Sample[] {
  mkdirSync(folder, { recursive: true })
  const arrays = weights(stream.split('weights'))
  const npz = writeNpz(arrays)
  const table = Array.from({ length: 40 }, (_, row) => `${row % 3},${stream.uniform()},${stream.uniform()}`)
  const csv = Buffer.from(['label,a,b', ...table].join('\n'))
  const read = (at: string, files: ReadonlyMap<string, Uint8Array>) =>
    ({ kind: 'weights', file: join(at, [...files.keys()][0]) }) as const
  const check =
    (name: string, inside = '') =>
    (at: string) =>
      ({ kind: 'shell', method: 'data/check', input: { name, path: join(at, inside) } }) as const
  return [
    { name: 'npz', files: one('w.npz', npz), ask: read },
    { name: 'safetensors', files: one('w.safetensors', writeSafetensors(arrays)), ask: read },
    {
      name: 'pattern',
      files: one('p.npz', npz),
      ask: (_, files) => ({
        kind: 'page',
        method: 'laboratory/pattern',
        input: { name: 'p.npz', base64: Buffer.from(only(files)).toString('base64') },
      }),
    },
    {
      name: 'bundle',
      files: one('b.givens', bundle),
      ask: (at) => ({ kind: 'shell', method: 'bundle/import', input: { file: join(at, 'b.givens') } }),
    },
    { name: 'idx', files: digits(join(folder, 'idx'), stream.split('idx')), ask: check('mnist') },
    {
      name: 'gzipped idx',
      files: new Map(
        [...digits(join(folder, 'idx'), stream.split('idx'))].map(([name, bytes]) => [
          `${name}.gz`,
          gzipSync(bytes),
        ]),
      ),
      ask: check('mnist'),
    },
    { name: 'pictures', files: pictures(stream.split('pictures')), ask: check('image-folder') },
    { name: 'table', files: one('t.csv', csv), ask: check('file', 't.csv') },
  ]
}

/** Writes files into a folder, in subfolders that their names tell. */
export function lay(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [name, bytes] of files) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
}
