import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Transformer } from '@napi-rs/image'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { centreCrop, drawCrop, randomCrop } from '../../../src/engine/data/crops.ts'
import { plainAugmentations } from '../../../src/engine/data/augmentations.ts'
import { jitterColours } from '../../../src/engine/data/colour.ts'
import { toRgb } from '../../../src/engine/data/decode.ts'
import { openFolder, type FolderOptions } from '../../../src/engine/data/folder-dataset.ts'
import { Stream } from '../../../src/engine/rng.ts'

const options: FolderOptions = { validation: 0.25, limit: 0, augment: false, size: 8, centre: 1 }
const COLOURS = { red: [200, 10, 20], blue: [5, 30, 220] } as const

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'folder-'))
  for (const split of ['train', 'val']) {
    for (const [name, colour] of Object.entries(COLOURS)) {
      mkdirSync(join(root, split, name), { recursive: true })
      for (let k = 0; k < 4; k++) writeFileSync(join(root, split, name, `${k}.png`), png(20 + k, 12, colour))
    }
  }
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function png(width: number, height: number, colour: readonly number[]): Uint8Array {
  const rgba = Uint8Array.from({ length: width * height * 4 }, (_, i) => (i % 4 === 3 ? 255 : colour[i % 4]))
  return Transformer.fromRgbaPixels(rgba, width, height).pngSync()
}

describe('openFolder', () => {
  it('decodes images of any size to the side asked, with the label of their folder', async () => {
    const dataset = await openFolder('image-folder', root, options)
    expect(dataset.classNames).toEqual(['blue', 'red'])
    expect([dataset.size('train'), dataset.size('validation'), dataset.size('test')]).toEqual([6, 2, 8])
    const { x, y, weights } = await dataset.evaluationBatch('test', 6, 4)
    expect([...weights]).toEqual([1, 1, 0, 0])
    expect([...y.subarray(0, 2)]).toEqual([1, 1])
    const [blue] = [await dataset.evaluationBatch('test', 0, 1)]
    // Standardised values differ by the difference in bytes over the standard deviation, the same in every
    // pixel.
    const step = Array.from({ length: 3 }, (_, c) => x[c] - blue.x[c])
    for (let i = 0; i < 8 * 8 * 3; i++) expect(x[i] - blue.x[i]).toBeCloseTo(step[i % 3], 5)
    expect(step[0]).toBeGreaterThan(1)
    expect(step[2]).toBeLessThan(-1)
    dataset.close()
  })

  it('draws the same augmentation from the same stream', async () => {
    const augmentations = {
      ...plainAugmentations('resized'),
      brightness: 0.4,
      contrast: 0.4,
      saturation: 0.4,
    }
    const dataset = await openFolder('image-folder', root, { ...options, augment: true, augmentations })
    const rows = Int32Array.from([0, 1, 2, 3])
    const [a, b, c] = await Promise.all(
      [1, 1, 2].map((step) => dataset.trainBatch(rows, Stream.root(4).split('a', step))),
    )
    expect(a.x).toEqual(b.x)
    expect(a.x).not.toEqual(c.x)
    dataset.close()
  })

  it('names the file that cannot be decoded, before anything is trained', async () => {
    writeFileSync(join(root, 'val', 'red', '2.png'), 'no image')
    await expect(openFolder('image-folder', root, options)).rejects.toThrow(/val.red.2\.png is no image/)
    // Sound by its marks, damaged inside.
    const bytes = png(20, 12, COLOURS.red)
    bytes.fill(0, 45, bytes.length - 20)
    writeFileSync(join(root, 'val', 'red', '2.png'), bytes)
    await expect(openFolder('image-folder', root, options)).rejects.toThrow(/val.red.2\.png is damaged/)
  })

  it('says what form is expected', async () => {
    rmSync(join(root, 'val'), { recursive: true })
    await expect(openFolder('image-folder', root, options)).rejects.toThrow(
      /no folder val, valid, validation, test/,
    )
    rmSync(join(root, 'train'), { recursive: true })
    await expect(openFolder('image-folder', root, options)).rejects.toThrow(/expected a folder `train`/)
  })

  it('reads the validation table of Tiny ImageNet', async () => {
    rmSync(join(root, 'val'), { recursive: true })
    mkdirSync(join(root, 'val', 'images'), { recursive: true })
    for (const name of ['a', 'b'])
      writeFileSync(join(root, 'val', 'images', `${name}.png`), png(9, 9, COLOURS.red))
    writeFileSync(join(root, 'val', 'val_annotations.txt'), 'a.png\tred\t0\t0\nb.png\tblue\t0\t0\n')
    const dataset = await openFolder('tiny-imagenet', root, options)
    expect([...(await dataset.evaluationBatch('test', 0, 2)).y]).toEqual([1, 0])
    dataset.close()
  })
})

describe('crops', () => {
  it('stay inside the image, with 8 to 100 % of its area where a try fits', () => {
    const stream = Stream.root(2)
    for (let k = 0; k < 300; k++) {
      const [width, height] = [1 + stream.integer(300), 1 + stream.integer(300)]
      const crop = randomCrop(width, height, drawCrop(stream))
      expect(crop.x >= 0 && crop.y >= 0 && crop.width >= 1 && crop.height >= 1).toBe(true)
      expect(crop.x + crop.width <= width && crop.y + crop.height <= height).toBe(true)
    }
  })

  it('take the centre square for evaluation', () => {
    expect(centreCrop(500, 256, 0.875)).toEqual({ x: 138, y: 16, width: 224, height: 224 })
  })
})

describe('pixels', () => {
  it('gray becomes three equal channels, alpha is left out', () => {
    expect([...toRgb(Uint8Array.of(7, 9), 2)]).toEqual([7, 7, 7, 9, 9, 9])
    expect([...toRgb(Uint8Array.of(1, 2, 3, 0, 4, 5, 6, 9), 2)]).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('saturation 0 leaves the luma, factors of 1 change nothing', () => {
    const rgb = Uint8Array.of(200, 10, 20, 5, 30, 220)
    const same = rgb.slice()
    jitterColours(same, [1, 1, 1])
    expect(same).toEqual(rgb)
    jitterColours(rgb, [1, 1, 0])
    expect([...rgb]).toEqual([68, 68, 68, 44, 44, 44])
  })
})
