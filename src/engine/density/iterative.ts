/** What iterative scores share: the falling density, masked values, and the choice among the kept. */
import type { ParameterSpec } from '../../shared/graph/types.ts'
import { largest } from '../linalg/largest.ts'
import type { DensityRequest } from './distribution.ts'
import { entriesOf } from './kernels.ts'
import { arrayOf } from './scores.ts'

/**
 * Entries kept after round 1 … rounds: entries·density^(t/rounds), rounded half up, so that every round
 * prunes the same share (de Jorge et al. 2021, arXiv 2006.09081, equation 10).
 */
export function keptByRound(entries: number, density: number, rounds: number): number[] {
  return Array.from({ length: rounds }, (_, k) => Math.round(entries * density ** ((k + 1) / rounds)))
}

export const entriesOfAll = (kernels: readonly ParameterSpec[]): number =>
  kernels.reduce((sum, kernel) => sum + entriesOf(kernel), 0)

/** Values where a mask over all kernels is 1, and 0 elsewhere, by kernel. */
export function masked(
  kernels: readonly ParameterSpec[],
  values: ReadonlyMap<string, Float64Array>,
  mask: Uint8Array,
): Map<string, Float64Array> {
  let at = 0
  return new Map(
    kernels.map((kernel) => {
      const offset = at
      at += entriesOf(kernel)
      return [kernel.name, arrayOf(values, kernel).map((value, k) => value * mask[offset + k])]
    }),
  )
}

/** The `count` best scores among the entries of `before`; inverted, the lowest. Ties: the lower index. */
export function keepAmong(
  scores: Float64Array,
  before: Uint8Array,
  count: number,
  inverted = false,
): Uint8Array {
  const sign = inverted ? -1 : 1
  return largest(
    scores.map((score, k) => (before[k] ? sign * score : -Infinity)),
    count,
  )
}

/** Runs the rounds of a request: `score` is given each round's mask before it, `choose` its scores. */
export async function inRounds(
  { kernels, density, rounds = 1, onProgress }: DensityRequest,
  score: (mask: Uint8Array, round: number) => Promise<Float64Array>,
  choose: (scores: Float64Array, mask: Uint8Array, count: number) => Uint8Array,
): Promise<Uint8Array> {
  const entries = entriesOfAll(kernels)
  let mask: Uint8Array = new Uint8Array(entries).fill(1)
  for (const [round, count] of keptByRound(entries, density, rounds).entries()) {
    mask = choose(await score(mask, round), mask, count)
    onProgress?.((round + 1) / rounds)
  }
  return mask
}
