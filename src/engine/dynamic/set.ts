import type { RunSpec } from '../../shared/spec/schema.ts'
import { randomMask } from '../initialization/masks.ts'
import type { Stream } from '../rng.ts'
import { updateMask } from './mask.ts'
import type { DropRounding, Grow, MaskUpdate, Weights } from './mask.ts'

/** How many grow: as many as fell, or so many in the mean. */
export type Growth = RunSpec['dynamic']['growth']

/**
 * SET (Mocanu et al. 2018): grows at random. Drops by magnitude as RigL's SET baseline does (the original
 * drops the smallest positive and the largest negative weights apart). `bernoulli`: each entry that was not
 * kept grows by itself, with the probability that gives the count in the mean.
 */
export function set(
  weights: Weights,
  mask: Uint8Array,
  fraction: number,
  stream: Stream,
  rounding?: DropRounding,
  growth: Growth = 'exact',
): MaskUpdate {
  const grow: Grow = (candidates, count) => {
    if (growth === 'bernoulli') return candidates.filter(() => stream.uniform() < count / candidates.length)
    const chosen = randomMask(candidates.length, count, stream)
    return candidates.filter((_, k) => chosen[k] === 1)
  }
  return updateMask(weights, mask, fraction, grow, rounding)
}
