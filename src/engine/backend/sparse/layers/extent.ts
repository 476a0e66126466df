/** How an elementwise record walks its images. */
import type { Image } from '../geometry.ts'

/**
 * Channels, rows and bytes a row, for records that take each number alone: images without halos are one long
 * row.
 */
export function extentWords(place: number, ...images: readonly Image[]): [number, number, number] {
  const { channels, height, width } = images[0].geometry
  const row = width * place
  const whole = images.every((image) => image.row === row && image.plane === height * row)
  return whole ? [1, 1, channels * height * row] : [channels, height, row]
}
