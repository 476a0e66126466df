/** Sizes on paper: figures are drawn in units of a twelfth of their letters' height, and scaled whole. */
import type { FigureLook } from './look.ts'

/** CSS pixels an inch. */
const PIXELS = 96
/** Points of letters where a unit is a pixel: 12 pixels. */
const PLAIN_POINTS = 9

export interface FigureSize {
  /** Pixels a unit. */
  readonly unit: number
  /** In units; undefined: the drawing's own. */
  readonly width: number | undefined
  readonly height: number | undefined
}

/** The size that a look asks for. */
export function sizeOf({ width, height, fontSize = PLAIN_POINTS }: FigureLook): FigureSize {
  const unit = fontSize / PLAIN_POINTS
  const units = (inches: number | undefined) => (inches === undefined ? undefined : (inches * PIXELS) / unit)
  return { unit, width: units(width), height: units(height) }
}
