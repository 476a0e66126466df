/** The colours of a picture: blue below 0, red above, grey where the mask keeps a zero. */
import type { MatrixPicture } from './types.ts'

export type PictureView = 'values' | 'mask'
type Colour = readonly [number, number, number]

interface Ramp {
  readonly ground: Colour
  readonly kept: Colour
  readonly negative: Colour
  readonly positive: Colour
  readonly gap: Colour
}

export const RAMPS = {
  light: {
    ground: [255, 255, 255],
    kept: [222, 222, 216],
    negative: [24, 83, 176],
    positive: [190, 44, 30],
    gap: [139, 143, 148],
  },
  dark: {
    ground: [19, 21, 24],
    kept: [58, 63, 70],
    negative: [110, 168, 255],
    positive: [255, 128, 112],
    gap: [115, 122, 130],
  },
} as const satisfies Record<string, Ramp>

function mix(from: Colour, to: Colour, part: number): Colour {
  return [0, 1, 2].map((k) => Math.round(from[k] + (to[k] - from[k]) * part)) as [number, number, number]
}

/** The square root spreads small values, of which sparse matrices have many, over more of the ramp. */
function shade(value: number, kept: number, view: PictureView, ramp: Ramp): Colour {
  if (view === 'mask') return mix(ramp.ground, ramp.gap, kept / 255)
  if (value === 0) return mix(ramp.ground, ramp.kept, kept / 255)
  return mix(
    ramp.kept,
    value < 0 ? ramp.negative : ramp.positive,
    0.15 + 0.85 * Math.sqrt(Math.abs(value) / 127),
  )
}

export interface Pixels {
  readonly width: number
  readonly height: number
  /** Row-major RGB. */
  readonly rgb: Uint8Array
}

/** A picture in colour, its tiles set apart by a line; small ones enlarged by whole factors up to `side`. */
export function paint(
  picture: MatrixPicture,
  view: PictureView,
  theme: keyof typeof RAMPS,
  side = 512,
): Pixels {
  const ramp = RAMPS[theme]
  const { tilesDown, tilesAcross, rows, cols } = picture
  const zoom = Math.max(1, Math.floor(side / Math.max(tilesDown * rows, tilesAcross * cols)))
  const gap = tilesDown * tilesAcross > 1 ? Math.max(1, Math.min(2, zoom)) : 0
  const width = tilesAcross * cols * zoom + (tilesAcross - 1) * gap
  const height = tilesDown * rows * zoom + (tilesDown - 1) * gap
  const rgb = new Uint8Array(3 * width * height)
  for (let k = 0; k < rgb.length; k += 3) rgb.set(ramp.gap, k)
  for (let tile = 0; tile < tilesDown * tilesAcross; tile++) {
    const top = Math.floor(tile / tilesAcross) * (rows * zoom + gap)
    const left = (tile % tilesAcross) * (cols * zoom + gap)
    for (let row = 0; row < rows; row++) {
      for (let col = 0; col < cols; col++) {
        const pixel = (tile * rows + row) * cols + col
        const colour = shade(picture.values[pixel], picture.mask[pixel], view, ramp)
        for (let y = 0; y < zoom; y++) {
          for (let x = 0; x < zoom; x++) {
            rgb.set(colour, 3 * ((top + row * zoom + y) * width + left + col * zoom + x))
          }
        }
      }
    }
  }
  return { width, height, rgb }
}
