/** What `data.crop: usual` is for each set, held against what the field's help says. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Transformer } from '@napi-rs/image'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openDataset } from '../../../src/engine/data/index.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { fieldOf } from '../../../src/shared/spec/fields.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'crops-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** A byte that tells its column alone, so many more from one to the next. */
const column = (x: number, step = 6): number => step * x

const word = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]

function writeIdx(): void {
  const image = Array.from({ length: 784 }, (_, i) => column(i % 28))
  for (const [name, count] of [
    ['train', 4],
    ['t10k', 2],
  ] as const) {
    const images = Array.from({ length: count }, () => image).flat()
    const labels = Array.from({ length: count }, (_, k) => k)
    const head = [0, 0, 8, 3, ...word(count), ...word(28), ...word(28)]
    writeFileSync(join(root, `${name}-images-idx3-ubyte`), Uint8Array.from([...head, ...images]))
    writeFileSync(
      join(root, `${name}-labels-idx1-ubyte`),
      Uint8Array.from([0, 0, 8, 1, ...word(count), ...labels]),
    )
  }
}

function writeCifar(labels: readonly number[], files: readonly string[]): void {
  const pixels = Array.from({ length: 3072 }, (_, i) => column(i % 32))
  const record = [...labels, ...pixels]
  for (const file of files) writeFileSync(join(root, file), Uint8Array.from([...record, ...record]))
}

function writeFolders(side: number): void {
  const rgba = Uint8Array.from({ length: side * side * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : column(Math.floor(i / 4) % side, 192 / side),
  )
  const png = Transformer.fromRgbaPixels(rgba, side, side).pngSync()
  for (const split of ['train', 'val'])
    for (const name of ['one', 'two']) {
      mkdirSync(join(root, split, name), { recursive: true })
      for (let k = 0; k < 3; k++) writeFileSync(join(root, split, name, `${k}.png`), png)
    }
}

/** The kinds of crop that the help names, and what it calls the sets that have them. */
const [, padded, resized] = /usual: pad for (.+), resized for (.+)\.$/.exec(fieldOf('data.crop').help) ?? []
const names = (list: string): string[] => list.split(/, | and /)

const SETS = [
  ['mnist', 'MNIST', writeIdx, 28],
  ['fashion-mnist', 'Fashion-MNIST', writeIdx, 28],
  [
    'cifar-10',
    'CIFAR',
    () => writeCifar([1], [...[1, 2, 3, 4, 5].map((k) => `data_batch_${k}.bin`), 'test_batch.bin']),
    32,
  ],
  ['cifar-100', 'CIFAR', () => writeCifar([1, 2], ['train.bin', 'test.bin']), 32],
  ['tiny-imagenet', 'Tiny ImageNet', () => writeFolders(64), 64],
  ['image-folder', 'image folders', () => writeFolders(32), 32],
] as const

it('the help names every set of images once', () => {
  const titles = [...new Set(SETS.map(([, title]) => title))]
  expect([...names(padded), ...names(resized)]).toEqual(titles)
})

it.each(SETS)('%s is cropped as the help says of %s', async (name, title, write, side) => {
  write()
  const size = name === 'image-folder' ? side : 0
  const { data } = parseSpec({ data: { name, path: root, augment: true, size, validation: 0 } })
  const dataset = await openDataset(data)
  const plain = await dataset.evaluationBatch('train', 0, 1)
  const channels = dataset.shape[2]
  /** The mean difference of neighbours in the middle row of an image, where neither is reflected. */
  const slope = (x: ArrayLike<number>): number => {
    const at = (k: number): number => x[(Math.floor(side / 2) * side + k) * channels]
    return Math.abs(at(side - 6) - at(5)) / (side - 11)
  }
  const usual = slope(plain.x)
  expect(usual).toBeGreaterThan(0)
  const slopes: number[] = []
  for (let draw = 0; draw < 12; draw++) {
    const { x } = await dataset.trainBatch(Int32Array.from([0]), Stream.root(1).split('draw', draw))
    slopes.push(slope(x) / usual)
  }
  dataset.close()
  // A window of the image has its slope; a part that is resized to the whole a flatter one.
  const windows = slopes.every((each) => Math.abs(each - 1) < 1e-4)
  if (!windows) expect(Math.min(...slopes)).toBeLessThan(0.8)
  expect(names(windows ? padded : resized)).toContain(title)
})
