import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { augmentedImage } from '../../../src/engine/data/augment.ts'
import { changedPixels, drawPixels, plainAugmentations } from '../../../src/engine/data/augmentations.ts'
import { blur, jitterColours, solarize, toGrayscale, turnHue } from '../../../src/engine/data/colour.ts'
import { drawCrop, paddedWindow } from '../../../src/engine/data/crops.ts'
import { resized, rotated, windowOf } from '../../../src/engine/data/geometry.ts'
import { memoryDataset } from '../../../src/engine/data/memory-dataset.ts'
import { numbersDataset } from '../../../src/engine/data/numbers-dataset.ts'
import { datasetOptions } from '../../../src/engine/data/split.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { dataSchema } from '../../../src/shared/spec/schema.ts'

type File = Readonly<Record<string, readonly number[]>>
const file = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/augmentations.json'), 'utf8'),
) as File
const shape = file.shape as readonly [number, number, number]
const image = () => Uint8Array.from(file.image)
const changed = (change: (pixels: Uint8Array) => void): Uint8Array => {
  const pixels = image()
  change(pixels)
  return pixels
}

describe('changes of pixels', () => {
  // torchvision cuts fractions off where bytes are rounded here, and its luma has .2989 for red.
  it.each([
    ['brightness 1.3', 1, () => changed((pixels) => jitterColours(pixels, [1.3, 1, 1]))],
    ['contrast 0.6', 1, () => changed((pixels) => jitterColours(pixels, [1, 0.6, 1]))],
    ['saturation 1.4', 1, () => changed((pixels) => jitterColours(pixels, [1, 1, 1.4]))],
    ['hue 0.05', 1, () => changed((pixels) => turnHue(pixels, 0.05))],
    ['hue -0.3', 1, () => changed((pixels) => turnHue(pixels, -0.3))],
    ['grayscale', 1, () => changed(toGrayscale)],
    ['solarize', 0, () => changed(solarize)],
    ['blur 0.4', 1, () => changed((pixels) => blur(pixels, shape, 0.4))],
    ['blur 1.2', 1, () => changed((pixels) => blur(pixels, shape, 1.2))],
    ['rotate 10', 0, () => rotated(image(), shape, 10)],
    ['rotate -7.5', 0, () => rotated(image(), shape, -7.5)],
    ['rotate 35', 0, () => rotated(image(), shape, 35)],
    ['resize 2 1 5 7', 1, () => resized(image(), shape, { y: 2, x: 1, height: 5, width: 7 }, [9, 12])],
  ] as const)('%s is torchvision’s, give or take %d', (name, apart, make) => {
    const made = make()
    const difference = made.map((value, i) => Math.abs(value - file[name][i]))
    expect(Math.max(...difference)).toBeLessThanOrEqual(apart)
    if (name !== 'resize 2 1 5 7') expect([...made]).not.toEqual(file.image)
  })

  it('are drawn in their ranges, and one of three of 3-Augment each time', () => {
    const asked = {
      ...plainAugmentations('pad'),
      hue: 0.1,
      rotation: 10,
      saturation: 0.2,
      threeAugment: true,
    }
    const stream = Stream.root(4)
    const draws = Array.from({ length: 600 }, () => drawPixels(stream, asked))
    const spread = (values: number[]): [number, number] => [Math.min(...values), Math.max(...values)]
    const near = (values: number[], low: number, high: number): void => {
      const [least, most] = spread(values)
      const width = high - low
      expect(least).toBeGreaterThanOrEqual(low)
      expect(most).toBeLessThanOrEqual(high)
      expect(least).toBeLessThan(low + 0.05 * width)
      expect(most).toBeGreaterThan(high - 0.05 * width)
    }
    near(
      draws.map(({ turn }) => turn),
      -0.1,
      0.1,
    )
    near(
      draws.map(({ degrees }) => degrees),
      -10,
      10,
    )
    near(
      draws.map(({ jitter }) => jitter[2]),
      0.8,
      1.2,
    )
    expect(draws.every(({ jitter }) => jitter[0] === 1 && jitter[1] === 1)).toBe(true)
    const blurs = draws.flatMap(({ three }) => (typeof three === 'object' && three ? [three.blur] : []))
    near(blurs, 0.1, 2)
    for (const kind of ['grayscale', 'solarize'] as const) {
      const share = draws.filter(({ three }) => three === kind).length / 600
      expect(Math.abs(share - 1 / 3)).toBeLessThan(0.08)
    }
    expect(Math.abs(blurs.length / 600 - 1 / 3)).toBeLessThan(0.08)
  })

  it('leaves images of one channel their only colour', () => {
    const gray = Uint8Array.from({ length: 12 }, (_, i) => 20 * i)
    const draw = { jitter: [1, 1, 0.5], turn: 0.3, degrees: 0, three: 'grayscale' } as const
    expect([...changedPixels(gray.slice(), [3, 4, 1], draw)]).toEqual([...gray])
  })
})

describe('crops', () => {
  it('of a padded image start anywhere from 4 before it, and reflect its borders', () => {
    const stream = Stream.root(2)
    const windows = Array.from({ length: 900 }, () => paddedWindow(12, 9, 9, drawCrop(stream)))
    expect(new Set(windows.map(({ y }) => y))).toEqual(new Set([-4, -3, -2, -1, 0, 1, 2, 3, 4]))
    expect(new Set(windows.map(({ x }) => x)).size).toBe(12)
    expect(Math.max(...windows.map(({ x }) => x))).toBe(7)
    const line = Uint8Array.from([0, 1, 2, 3, 4])
    const cut = (x: number, flip: boolean) => [
      ...windowOf(line, [1, 5, 1], { x, y: 0, width: 5, height: 1 }, flip),
    ]
    expect(cut(-2, false)).toEqual([2, 1, 0, 1, 2])
    expect(cut(2, false)).toEqual([2, 3, 4, 3, 2])
    expect(cut(1, true)).toEqual([3, 4, 3, 2, 1])
  })

  it('in memory: pad is the plain augmentation’s, none keeps every pixel, resized takes parts', () => {
    const seen = (crop: 'none' | 'resized') =>
      new Set(
        Array.from({ length: 40 }, (_, seed) =>
          augmentedImage(image(), shape, plainAugmentations(crop), Stream.root(seed)).join(),
        ),
      )
    expect(seen('none').size).toBe(2)
    expect(seen('resized').size).toBeGreaterThan(30)
  })
})

describe('sets in memory', () => {
  const images = {
    count: 4,
    shape,
    pixels: Uint8Array.from({ length: 4 * file.image.length }, (_, i) => file.image[i % file.image.length]),
    labels: Uint16Array.from([0, 1, 0, 1]),
  }
  const set = { train: images, test: images, classNames: ['a', 'b'], hash: 'h' }
  const opened = (data: object) =>
    memoryDataset(
      'made',
      set,
      datasetOptions(dataSchema.parse({ augment: true, validation: 0, ...data }), 'pad'),
    )
  const rows = Int32Array.from([0, 1, 2, 3])

  it('are changed by the stream alone, never where they are evaluated, and stay off the device', async () => {
    const data = { hue: 0.1, rotation: 10, jitter: 0.2, threeAugment: true }
    const dataset = opened(data)
    const draw = (step: number) => dataset.trainBatch(rows, Stream.root(1).split('augmentation', step))
    const [one, same, other] = await Promise.all([draw(3), draw(3), draw(4)])
    expect(same.x).toEqual(one.x)
    expect(other.x).not.toEqual(one.x)
    expect(dataset.resident).toBeUndefined()
    expect(await dataset.evaluationBatch('test', 0, 4)).toEqual(
      await opened({}).evaluationBatch('test', 0, 4),
    )
  })

  it('take pad as what they do without a word, on the device too', async () => {
    const stream = () => Stream.root(1).split('augmentation', 0)
    expect(await opened({ crop: 'pad' }).trainBatch(rows, stream())).toEqual(
      await opened({}).trainBatch(rows, stream()),
    )
    expect(opened({ crop: 'pad' }).resident).toBeDefined()
  })

  it('of floats refuse what is for bytes', () => {
    const numbers = { count: 2, values: new Float32Array(12), labels: Uint16Array.from([0, 1]) }
    const floats = {
      shape: [2, 3, 1],
      train: numbers,
      validation: null,
      test: numbers,
      classNames: ['a', 'b'],
      hash: '',
    }
    const options = datasetOptions(dataSchema.parse({ augment: true, rotation: 5 }), 'pad')
    expect(() => numbersDataset('f', floats, options)).toThrow(
      /rotation, 3-Augment and resized crops are for/,
    )
  })
})
