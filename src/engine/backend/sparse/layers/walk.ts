/** How a product or a sampled gradient walks the places of two images. */
import type { Image } from '../model/geometry.ts'

/** Bytes of a place that fill the registers by themselves: narrower ones are joined to longer runs. */
const WIDE = 256

/** Bytes of all inputs that are to stay in a core's second cache while every row reads them. */
const NEAR_BYTES = 262144

/** Least bytes of a block, so that beginning and ending a sum stays small beside it. */
const LEAST_BLOCK = 256

export interface Walk {
  readonly height: number
  readonly width: number
  /** Bytes of what is taken as one place. */
  readonly bytes: number
}

/**
 * Places that follow each other in both images are one long place, and rows without anything between them one
 * row. `steps` are the bytes between places and rows of the one image and of the other.
 */
export function walk(
  place: number,
  { height, width }: Pick<Image['geometry'], 'height' | 'width'>,
  one: { readonly x: number; readonly y: number },
  other: { readonly x: number; readonly y: number },
): Walk {
  if (place >= WIDE || one.x !== place || other.x !== place) return { height, width, bytes: place }
  const bytes = width * place
  if (one.y === bytes && other.y === bytes) return { height: 1, width: 1, bytes: height * bytes }
  return { height, width: 1, bytes }
}

/** Bytes of each place that the rows of a kernel take in turn, where it reads so many channels and lines. */
export function blockOf({ width, bytes }: Walk, channels: number, lines: number): number {
  if (width > 1) return bytes
  const most = Math.floor(NEAR_BYTES / (channels * lines) / 32) * 32
  return Math.min(bytes, Math.max(LEAST_BLOCK, most))
}
