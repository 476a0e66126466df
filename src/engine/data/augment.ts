/** The CIFAR augmentation: reflect-pad by 4, random crop of the original size, random horizontal flip. */
import type { Stream } from '../rng.ts'
import type { CropSources } from '../program/examples.ts'
import { changedPixels, drawPixels, type Augmentations } from './augmentations.ts'
import { drawCrop, randomCrop } from './crops.ts'
import { resized, windowOf, type ImageShape } from './geometry.ts'
import { reflect } from './reflect.ts'

const PAD = 4
const OFFSETS = 2 * PAD + 1

/** Offsets of a crop, in [−4, 4], and whether it is mirrored. */
export interface Crop {
  readonly rowOffset: number
  readonly columnOffset: number
  readonly flip: boolean
}

/** Draws three numbers from the stream, always in the same order: row offset, column offset, flip. */
export function drawCropAndFlip(stream: Stream): Crop {
  const rowOffset = stream.integer(OFFSETS) - PAD
  const columnOffset = stream.integer(OFFSETS) - PAD
  return { rowOffset, columnOffset, flip: stream.integer(2) === 1 }
}

/** The kind of a crop's rows in `cropSources`. */
export function rowCrop({ rowOffset }: Crop): number {
  return rowOffset + PAD
}

/** The kind of a crop's columns in `cropSources`. */
export function columnCrop({ columnOffset, flip }: Crop): number {
  return columnOffset + PAD + (flip ? OFFSETS : 0)
}

/** What each crop shows of images of a size: 9 kinds of rows; of columns 9, then the same 9 mirrored. */
export function cropSources(height: number, width: number): CropSources {
  const rows = Int32Array.from({ length: OFFSETS * height }, (_, i) =>
    reflect((i % height) + Math.floor(i / height) - PAD, height),
  )
  const columns = Int32Array.from({ length: 2 * OFFSETS * width }, (_, i) => {
    const [kind, x] = [Math.floor(i / width), i % width]
    return reflect((kind < OFFSETS ? x : width - 1 - x) + (kind % OFFSETS) - PAD, width)
  })
  return { rows, columns }
}

/**
 * Writes a standardised, augmented image at `out[at…]`. `table[c·256 + byte]` is the standardised value of a
 * byte; the crop is drawn from the stream.
 */
export function augmentInto(
  pixels: Uint8Array,
  start: number,
  shape: readonly [number, number, number],
  table: Float32Array,
  out: Float32Array,
  at: number,
  stream: Stream,
): void {
  const [height, width, channels] = shape
  const { rowOffset, columnOffset, flip } = drawCropAndFlip(stream)
  for (let y = 0; y < height; y++) {
    const fromRow = start + reflect(y + rowOffset, height) * width * channels
    for (let x = 0; x < width; x++) {
      const column = reflect((flip ? width - 1 - x : x) + columnOffset, width)
      const from = fromRow + column * channels
      const to = at + (y * width + x) * channels
      for (let c = 0; c < channels; c++) out[to + c] = table[c * 256 + pixels[from + c]]
    }
  }
}

/** The image of a set in memory as it is trained on; its numbers are drawn from the stream. */
export function augmentedImage(
  pixels: Uint8Array,
  shape: ImageShape,
  asked: Augmentations,
  stream: Stream,
): Uint8Array {
  const [height, width] = shape
  const whole = { x: 0, y: 0, width, height }
  const cropped = (): Uint8Array => {
    if (asked.crop === 'none') return windowOf(pixels, shape, whole, stream.integer(2) === 1)
    if (asked.crop === 'pad') {
      const { rowOffset: y, columnOffset: x, flip } = drawCropAndFlip(stream)
      return windowOf(pixels, shape, { ...whole, x, y }, flip)
    }
    const draw = drawCrop(stream)
    const part = resized(pixels, shape, randomCrop(width, height, draw), [height, width])
    return draw.flip ? windowOf(part, shape, whole, true) : part
  }
  return changedPixels(cropped(), shape, drawPixels(stream, asked))
}
