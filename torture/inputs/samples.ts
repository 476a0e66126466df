/** Sound files of every kind that the bench reads from others, made by the bench itself. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { writeNpz, writeSafetensors } from '../../src/engine/index.ts'
import type { NamedArray } from '../../src/engine/index.ts'
import type { Stream } from '../../src/engine/rng.ts'
import type { Question } from '../examine.ts'
import { writeDigits } from './digits.ts'
import { classFolders, picture } from './pictures.ts'

export interface Sample {
  readonly name: string
  /** Files, by their paths inside the sample's folder. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** What reads them, once they lie in a folder. */
  readonly ask: (folder: string, files: ReadonlyMap<string, Uint8Array>) => Question
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

const FIXTURES = fileURLToPath(new URL('../../test/fixtures/', import.meta.url))
const fixture = (name: string): Uint8Array => readFileSync(join(FIXTURES, name))

/** Tables and pictures as arrays: features of two classes. */
function examples(stream: Stream): readonly NamedArray[] {
  const x = Float32Array.from({ length: 40 * 5 }, () => stream.uniform())
  const y = Int32Array.from({ length: 40 }, (_, row) => row % 2)
  return [
    { name: 'x_train', shape: [40, 5], data: x },
    { name: 'y_train', shape: [40], data: y },
  ]
}

const model = {
  format: 'givens-bench-model',
  version: 1,
  input: [12],
  classes: 3,
  layers: [
    { name: 'hidden', kind: 'dense', units: 8 },
    { name: 'tanh', kind: 'activation', activation: 'tanh' },
    { name: 'classifier', kind: 'dense', units: '$classes' },
  ],
}

/** Files that the bench itself wrote. */
export interface OwnFiles {
  readonly bundle: Uint8Array
  readonly backup: Uint8Array
  readonly database: Uint8Array
}

/**
 * @param folder where intermediate files may be made
 * @param own a bundle, a backup and a database with runs
 */
export function soundSamples(folder: string, own: OwnFiles, stream: Stream): readonly Sample[] {
  mkdirSync(folder, { recursive: true })
  const arrays = weights(stream.split('weights'))
  const npz = writeNpz(arrays)
  const table = Array.from({ length: 40 }, (_, row) => `${row % 3},${stream.uniform()},${stream.uniform()}`)
  const csv = Buffer.from(['label,a,b', ...table].join('\n'))
  const prose = Buffer.from(Array.from({ length: 400 }, () => `word${stream.integer(50)}`).join(' '))
  const idx = digits(join(folder, 'idx'), stream.split('idx'))
  const read = (at: string, files: ReadonlyMap<string, Uint8Array>) =>
    ({ kind: 'weights', file: join(at, [...files.keys()][0]) }) as const
  const data =
    (name: string, inside = '', label = '') =>
    (at: string) =>
      ({ kind: 'task', name: 'data/check', input: { name, path: join(at, inside), label } }) as const
  const shown = (name: string) => (at: string) =>
    ({
      kind: 'task',
      name: 'data/samples',
      input: { name, path: at, label: '', perClass: 2, classes: 5 },
    }) as const
  const shell = (method: string, file: string) => (at: string) =>
    ({ kind: 'shell', method, input: { file: join(at, file) } }) as const
  const pattern = (name: string) => (_: string, files: ReadonlyMap<string, Uint8Array>) =>
    ({
      kind: 'page',
      method: 'laboratory/pattern',
      input: { name, base64: Buffer.from(only(files)).toString('base64') },
    }) as const
  return [
    { name: 'npz', files: one('w.npz', npz), ask: read },
    { name: 'safetensors', files: one('w.safetensors', writeSafetensors(arrays)), ask: read },
    { name: 'pattern in npz', files: one('p.npz', npz), ask: pattern('p.npz') },
    { name: 'pattern in png', files: one('p.png', picture('png', stream)), ask: pattern('p.png') },
    {
      name: 'pattern in rows',
      files: one('p.txt', Buffer.from('0110\n1001\n1111\n')),
      ask: pattern('p.txt'),
    },
    { name: 'bundle', files: one('b.givens', own.bundle), ask: shell('bundle/import', 'b.givens') },
    {
      name: 'backup',
      files: one('b.backup', own.backup),
      ask: (at) => ({ kind: 'restore', home: join(at, 'home'), file: join(at, 'b.backup') }),
    },
    {
      name: 'database',
      files: one('bench.sqlite', own.database),
      ask: (at) => ({ kind: 'home', home: at }),
    },
    { name: 'idx', files: idx, ask: data('mnist') },
    {
      name: 'gzipped idx',
      files: new Map([...idx].map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)])),
      ask: data('mnist'),
    },
    { name: 'png', files: classFolders('png', stream), ask: data('image-folder') },
    { name: 'jpeg', files: classFolders('jpeg', stream), ask: data('image-folder') },
    { name: 'webp', files: classFolders('webp', stream), ask: data('image-folder') },
    { name: 'shown pictures', files: classFolders('jpeg', stream), ask: shown('image-folder') },
    { name: 'shown digits', files: idx, ask: shown('mnist') },
    { name: 'table', files: one('t.csv', csv), ask: data('file', 't.csv') },
    {
      name: 'parquet',
      files: one('t.parquet', fixture('own-data/table.parquet')),
      ask: data('file', 't.parquet', 'kind'),
    },
    {
      name: 'parquet of pictures',
      files: one('g.parquet', fixture('own-data/gray.parquet')),
      ask: data('file', 'g.parquet'),
    },
    { name: 'arrays', files: one('a.npz', writeNpz(examples(stream))), ask: data('file', 'a.npz') },
    { name: 'text', files: one('t.txt', prose), ask: data('text', 't.txt') },
    {
      name: 'model',
      files: one('m.json', Buffer.from(JSON.stringify(model))),
      ask: shell('models/import', 'm.json'),
    },
    {
      name: 'onnx',
      files: one('n.onnx', fixture('onnx/mlp-torchscript-13.onnx')),
      ask: shell('models/import', 'n.onnx'),
    },
  ]
}

/** Writes files into a folder, in subfolders that their names tell. */
export function lay(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
}
