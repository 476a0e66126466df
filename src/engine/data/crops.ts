/** Which part of an image is taken: random resized crops for training, a centre crop for evaluation. */
import type { Stream } from '../rng.ts'

export interface Crop {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * Numbers of one augmentation, drawn before the image's size is known so that decoding can happen anywhere.
 */
export interface CropDraw {
  /** Ten tries of (area, log-aspect, x, y), each uniform on [0, 1). */
  readonly tries: readonly (readonly [number, number, number, number])[]
  /** Row and column of a window on the padded image, uniform on [0, 1). */
  readonly place: readonly [number, number]
  readonly flip: boolean
}

const TRIES = 10
const AREA = [0.08, 1] as const
const LOG_ASPECT = [Math.log(3 / 4), Math.log(4 / 3)] as const

/** Draws a crop and a flip; always takes the same count of numbers from the stream. */
export function drawCrop(stream: Stream): CropDraw {
  const tries = Array.from(
    { length: TRIES },
    () => [stream.uniform(), stream.uniform(), stream.uniform(), stream.uniform()] as const,
  )
  const flip = stream.integer(2) === 1
  // Of the first try's numbers a window needs two.
  const [[, , column, row]] = tries
  return { tries, place: [row, column], flip }
}

/**
 * The random resized crop of Szegedy et al. 2015 as PyTorch does it: area 8 to 100 %, aspect ratio 3/4 to
 * 4/3, the first of ten tries that fits; else the largest centred crop of an allowed aspect.
 */
export function randomCrop(width: number, height: number, draw: CropDraw): Crop {
  for (const [area, aspect, x, y] of draw.tries) {
    const target = width * height * (AREA[0] + (AREA[1] - AREA[0]) * area)
    const ratio = Math.exp(LOG_ASPECT[0] + (LOG_ASPECT[1] - LOG_ASPECT[0]) * aspect)
    const w = Math.round(Math.sqrt(target * ratio))
    const h = Math.round(Math.sqrt(target / ratio))
    if (w < 1 || h < 1 || w > width || h > height) continue
    return { x: Math.floor(x * (width - w + 1)), y: Math.floor(y * (height - h + 1)), width: w, height: h }
  }
  const ratio = Math.min(4 / 3, Math.max(3 / 4, width / height))
  const w = Math.max(1, Math.min(width, Math.round(height * ratio)))
  const h = Math.max(1, Math.min(height, Math.round(width / ratio)))
  return { x: (width - w) >> 1, y: (height - h) >> 1, width: w, height: h }
}

const PAD = 4

/**
 * A window of a side somewhere on the image padded by 4, whose shorter side is the window's (numbers below 0
 * and beyond the image stand for the padding).
 */
export function paddedWindow(width: number, height: number, side: number, { place }: CropDraw): Crop {
  const at = (share: number, length: number): number =>
    Math.floor(share * (length + 2 * PAD - side + 1)) - PAD
  return { x: at(place[1], width), y: at(place[0], height), width: side, height: side }
}

/** The centre square of `fraction` of the short side (224 of 256 pixels in the usual evaluation). */
export function centreCrop(width: number, height: number, fraction: number): Crop {
  const side = Math.max(1, Math.round(Math.min(width, height) * fraction))
  return { x: (width - side) >> 1, y: (height - side) >> 1, width: side, height: side }
}
