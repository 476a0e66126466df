/** The CIFAR augmentation: reflect-pad by 4, random crop of the original size, random horizontal flip. */
import type { Stream } from '../rng.ts'

const PAD = 4

/**
 * Index into a line of `size` after reflection without repeating the border (numpy's and PyTorch's
 * `reflect`).
 */
export function reflect(index: number, size: number): number {
  if (size === 1) return 0
  const period = 2 * size - 2
  const folded = ((index % period) + period) % period
  return folded < size ? folded : period - folded
}

/**
 * Writes a standardised, augmented image at `out[at…]`. `table[c·256 + byte]` is the standardised value of a
 * byte. Draws three numbers from the stream, always in the same order: row offset, column offset, flip.
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
  const rowOffset = stream.integer(2 * PAD + 1) - PAD
  const columnOffset = stream.integer(2 * PAD + 1) - PAD
  const flip = stream.integer(2) === 1
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
