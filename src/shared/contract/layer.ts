/** A kernel of a run as a picture and in numbers, at one of the steps at which its weights are known. */
import type { MatrixPicture } from '../laboratory/types.ts'
import type { LayerReport } from './run.ts'

export interface LayerLook {
  readonly run: number
  /** 0 as initialized. */
  readonly step: number
  /** Steps whose weights are known: 0, which is computed again from the seed, and those of checkpoints. */
  readonly steps: readonly number[]
  readonly report: LayerReport
  /** Descending, of the matrix or the convolution's operator; null where they would take minutes. */
  readonly singular: readonly number[] | null
  readonly picture: MatrixPicture
  /** What is not as it was, e.g. positions that another machine computes otherwise. */
  readonly notes: readonly string[]
}
