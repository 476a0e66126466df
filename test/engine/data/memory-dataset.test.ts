import { describe, expect, it } from 'vitest'
import type { Images, ImageSet } from '../../../src/engine/data/images.ts'
import { memoryDataset } from '../../../src/engine/data/memory-dataset.ts'
import { splitRows } from '../../../src/engine/data/split.ts'
import { Stream } from '../../../src/engine/rng.ts'

/** Images whose first byte is their number, so that rows can be told apart. */
function images(count: number, side: number, channels: number): Images {
  const size = side * side * channels
  const stream = Stream.root(3)
  const pixels = Uint8Array.from({ length: count * size }, (_, i) =>
    i % size === 0 ? (i / size) % 256 : stream.integer(256),
  )
  return {
    count,
    shape: [side, side, channels],
    pixels,
    labels: Uint16Array.from({ length: count }, (_, i) => i % 10),
  }
}

const set: ImageSet = {
  train: images(100, 6, 3),
  test: images(23, 6, 3),
  classNames: [...'0123456789'],
  hash: 'h',
}
const options = { validation: 0.1, limit: 0, augment: false }

describe('splitRows', () => {
  it('holds out a tenth, and every row is in exactly one part', () => {
    const { train, validation } = splitRows(100, options)
    expect(validation.length).toBe(10)
    expect([...train, ...validation].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
  })

  it('keeps the validation rows whatever the limit', () => {
    const limited = splitRows(100, { ...options, limit: 7 })
    expect(limited.train.length).toBe(7)
    expect([...limited.validation]).toEqual([...splitRows(100, options).validation])
  })
})

describe('splitRows from the end, or nowhere', () => {
  it('validates on the last tenth of the file’s order, whatever the limit', () => {
    const last = { ...options, validationFrom: 'last' } as const
    const { train, validation } = splitRows(105, last)
    expect([...validation]).toEqual(Array.from({ length: 10 }, (_, k) => 95 + k))
    expect([...train].sort((a, b) => a - b)).toEqual(Array.from({ length: 95 }, (_, k) => k))
    const limited = splitRows(105, { ...last, limit: 7 })
    expect([...limited.train].every((row) => row < 95) && new Set(limited.train).size).toBe(7)
    expect([...limited.validation]).toEqual([...validation])
  })

  it('validates on the test set, and then trains on every row', async () => {
    const dataset = memoryDataset('made', set, { ...options, validationFrom: 'test' })
    expect([dataset.size('train'), dataset.size('validation')]).toEqual([100, 23])
    const [validation, test] = await Promise.all(
      (['validation', 'test'] as const).map((split) => dataset.evaluationBatch(split, 0, 23)),
    )
    expect(validation).toEqual(test)
  })
})

describe('memoryDataset', () => {
  it('standardises by the numbers given, in units of white', async () => {
    const given = { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] }
    const dataset = memoryDataset('made', set, { ...options, standardisation: given })
    const { x } = await dataset.evaluationBatch('test', 0, 23)
    x.forEach((value, i) => {
      const c = i % 3
      expect(value).toBeCloseTo((set.test.pixels[i] / 255 - given.mean[c]) / given.std[c], 5)
    })
    expect(dataset.resident?.examples.mean[1]).toBeCloseTo(0.4822 * 255, 10)
    const half = memoryDataset('made', set, { ...options, standardisation: { mean: [0.5], std: [0.5] } })
    expect((await half.evaluationBatch('test', 0, 1)).x[4]).toBeCloseTo(set.test.pixels[4] / 127.5 - 1, 6)
    const two = { mean: [0.5, 0.5], std: [0.5, 0.5] }
    expect(() => memoryDataset('made', set, { ...options, standardisation: two })).toThrow(
      /2 numbers for data of 3 channels; allowed are 1 and 3/,
    )
  })

  it('standardises the training rows to mean 0 and standard deviation 1 per channel', () => {
    const dataset = memoryDataset('made', set, options)
    const { x } = dataset.trainBatch(
      Int32Array.from({ length: 90 }, (_, i) => i),
      Stream.root(1),
    ) as { x: Float32Array }
    for (let c = 0; c < 3; c++) {
      const channel = x.filter((_, i) => i % 3 === c)
      const mean = channel.reduce((a, b) => a + b, 0) / channel.length
      const variance = channel.reduce((a, b) => a + (b - mean) ** 2, 0) / channel.length
      expect(mean).toBeCloseTo(0, 5)
      expect(variance).toBeCloseTo(1, 4)
    }
  })

  it('pads the last evaluation batch with rows that weigh nothing', async () => {
    const dataset = memoryDataset('made', set, options)
    const batch = await dataset.evaluationBatch('test', 16, 16)
    expect(batch.count).toBe(7)
    expect([...batch.weights]).toEqual([1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    expect([...batch.y.subarray(0, 7)]).toEqual([6, 7, 8, 9, 0, 1, 2])
    expect(batch.x.subarray(7 * 108).every((value) => value === 0)).toBe(true)
  })

  it('augments the same way for the same stream, and differently for another', async () => {
    const dataset = memoryDataset('made', set, { ...options, augment: true })
    const rows = Int32Array.from([3, 1, 4])
    const first = await dataset.trainBatch(rows, Stream.root(1).split('augmentation', 5))
    const again = await dataset.trainBatch(rows, Stream.root(1).split('augmentation', 5))
    const other = await dataset.trainBatch(rows, Stream.root(1).split('augmentation', 6))
    expect(first.x).toEqual(again.x)
    expect(first.x).not.toEqual(other.x)
  })

  it('never augments what is evaluated', async () => {
    const plain = await memoryDataset('made', set, options).evaluationBatch('validation', 0, 10)
    const augmented = await memoryDataset('made', set, { ...options, augment: true }).evaluationBatch(
      'validation',
      0,
      10,
    )
    expect(augmented.x).toEqual(plain.x)
  })
})
