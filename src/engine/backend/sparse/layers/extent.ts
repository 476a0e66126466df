/** How an elementwise record walks its images. */
import type { Image } from '../model/geometry.ts'

/** The fields that say how far such a record goes: rows a channel, and bytes a row. */
interface Extent {
  readonly channels: number
  readonly height: number
  readonly bytes: number
}

/** All rows of an image, its halo left out. */
export function rowsOf({ geometry: { channels, height, width } }: Image, place: number): Extent {
  return { channels, height, bytes: width * place }
}

/** For records that take each number alone: images without halos are one long row. */
export function joinedRows(place: number, ...images: readonly Image[]): Extent {
  const { channels, height, width } = images[0].geometry
  const row = width * place
  const whole = images.every((image) => image.row === row && image.plane === height * row)
  if (whole) return { channels: 1, height: 1, bytes: channels * height * row }
  return { channels, height, bytes: row }
}
