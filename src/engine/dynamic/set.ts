import type { RunSpec } from '../../shared/spec/schema.ts'
import { randomEntries } from '../initialization/masks.ts'
import type { Stream } from '../rng.ts'
import { upTo, zerosOf } from './lists.ts'
import { updateMask } from './mask.ts'
import type { DropRounding, Grow, MaskedWeights, MaskUpdate } from './mask.ts'

/** How many grow: as many as fell, or so many in the mean. */
export type Growth = RunSpec['dynamic']['growth']

/**
 * SET (Mocanu et al. 2018): grows at random. Drops by magnitude as RigL's SET baseline does (the original
 * drops the smallest positive and the largest negative weights apart). `bernoulli`: each entry that was not
 * kept grows by itself, with the probability that gives the count in the mean.
 */
export function set(
  layer: MaskedWeights,
  fraction: number,
  stream: Stream,
  rounding?: DropRounding,
  growth: Growth = 'exact',
): MaskUpdate {
  const grow: Grow = (kept, count, entries) => {
    const free = entries - kept.length
    if (growth === 'exact') return zerosOf(kept, randomEntries(free, count, stream))
    return zerosOf(
      kept,
      upTo(free).filter(() => stream.uniform() < count / free),
    )
  }
  return updateMask(layer, fraction, grow, rounding)
}
