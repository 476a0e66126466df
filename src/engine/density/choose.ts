/** Which weights scores keep: the highest, or, as a sanity check, the lowest. */
import { largest } from '../linalg/largest.ts'

/**
 * A mask of the `count` highest scores; inverted (Frankle et al. 2020, arXiv 2009.08576) of the lowest, so
 * that what a method holds to be least important is kept.
 */
export function keepBest(scores: Float64Array, count: number, inverted = false): Uint8Array {
  return largest(inverted ? scores.map((score) => -score) : scores, count)
}
