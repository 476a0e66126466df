/** What the Initialization lab returns. */
import type { LayerReport } from '../contract/run.ts'
import type { TimedScheme } from './requests.ts'

/**
 * A matrix or kernel as pixels. A kernel is a grid of tiles, one a spatial position, each [in, out]. A large
 * tile is shrunk: a pixel stands for a block of entries.
 */
export interface MatrixPicture {
  readonly tilesDown: number
  readonly tilesAcross: number
  /** Pixels of one tile. */
  readonly rows: number
  readonly cols: number
  /** Entries of one tile; equal to the pixels where nothing was shrunk. */
  readonly tileRows: number
  readonly tileCols: number
  /** |value| that ±127 stands for. */
  readonly scale: number
  /** Per pixel, tile after tile, row-major: the entry of the largest size of its block, times 127 / scale. */
  readonly values: Int8Array
  /** Fraction of the block that the mask keeps, times 255. */
  readonly mask: Uint8Array
}

/** Density of EOI's matrix while it was rotated, against theory; at most some hundreds of points. */
export interface RotationPath {
  readonly rotations: readonly number[]
  readonly simulated: readonly number[]
  /** Exact expectation. */
  readonly expected: readonly number[]
  /** Standard deviation of the density of one row. */
  readonly rowDeviation: readonly number[]
  /** Rotations that theory expects for the density; null for guided pairs, of which the theory is silent. */
  readonly expectedRotations: number | null
  /** Columns of the longer side. */
  readonly columns: number
}

export interface Drawing {
  readonly shape: readonly number[]
  readonly report: LayerReport
  readonly rotations: number | null
  /** Of a pattern that steered: its positions, the share of what is kept inside, and of it used. */
  readonly overlap?: { readonly positions: number; readonly inside: number; readonly used: number }
  /**
   * Singular values, descending: of a matrix all; of a kernel its operator's, all or, where the report's
   * `operator` says so, those at some frequencies. Null where they would take minutes.
   */
  readonly singular: readonly number[] | null
  /** Singular values of a kernel's operator with zero padding, where asked; null for too large a matrix. */
  readonly zeroPadded?: {
    readonly singularMean: number
    readonly singularMax: number
    readonly singularMin: number
  } | null
  /** Seconds of drawing alone: not of the report, the picture or compiling AI. */
  readonly seconds: number
  readonly path: RotationPath | null
  /** AI: the loss before each step and after the last, thinned. */
  readonly isometryLoss: readonly { readonly step: number; readonly loss: number }[]
  readonly picture: MatrixPicture
}

/** A pattern that was read of a file. */
export interface PatternFile {
  readonly rows: number
  readonly cols: number
  /** Positions that it keeps. */
  readonly positions: number
  /** As settings keep it. */
  readonly text: string
}

export interface TimingPoint {
  readonly scheme: TimedScheme
  readonly size: number
  /** Asked. QR has no density: 1. */
  readonly density: number
  readonly reached: number
  /** Median over the repeats. */
  readonly seconds: number
  readonly repeats: number
  /** What differs from what was asked, in words. */
  readonly note: string | null
  /** Of AI alone. */
  readonly aiSteps?: number
}

export interface TimingProgress {
  readonly done: number
  readonly total: number
  /** The point just measured; null when it is impossible, with the reason in `problem`. */
  readonly point: TimingPoint | null
  readonly problem: string | null
}
