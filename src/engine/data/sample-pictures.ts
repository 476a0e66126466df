/** Examples as small pictures for a page. */
import { Transformer } from '@napi-rs/image'
import type { DataSample } from '../../shared/contract/data.ts'
import type { Images } from './images.ts'

/** Side of the pictures of encoded images. */
export const SAMPLE_SIDE = 64

/** Bytes as a `data:` address; gray for one channel or two, the first three else. */
export function picture(pixels: Uint8Array, height: number, width: number): string {
  const count = height * width
  const channels = pixels.length / count
  const rgba = new Uint8Array(4 * count).fill(255)
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = pixels[i * channels + (channels >= 3 ? c : 0)]
  }
  const bytes = Transformer.fromRgbaPixels(rgba, width, height).pngSync()
  return `data:image/png;base64,${bytes.toString('base64')}`
}

/** The first rows of each class, by class. */
export function rowsByClass(labels: Uint16Array, classes: number, perClass: number): number[][] {
  const rows: number[][] = Array.from({ length: classes }, () => [])
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] < classes && rows[labels[row]].length < perClass) rows[labels[row]].push(row)
  }
  return rows
}

/** The first images of each class. */
export function imagesByClass(
  { pixels, labels, shape }: Images,
  classes: number,
  perClass: number,
): DataSample[] {
  const [height, width, channels] = shape
  const size = height * width * channels
  return rowsByClass(labels, classes, perClass).flatMap((rows, label) =>
    rows.map((row) => ({
      label,
      image: picture(pixels.subarray(row * size, (row + 1) * size), height, width),
    })),
  )
}
