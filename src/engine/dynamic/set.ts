import type { RunSpec } from '../../shared/spec/schema.ts'
import { randomEntries } from '../initialization/masks.ts'
import type { Stream } from '../rng.ts'
import { upTo, zerosOf } from './lists.ts'
import { dropSmallest, regrown } from './mask.ts'
import type { DropRounding, MaskUpdate } from './mask.ts'
import type { DynamicLayer } from './types.ts'

/** How many grow: as many as fell, or so many in the mean. */
export type Growth = RunSpec['dynamic']['growth']

/**
 * SET (Mocanu et al. 2018): grows at random. Drops by magnitude as RigL's SET baseline does (the original
 * drops the smallest positive and the largest negative weights apart). `bernoulli`: each entry that was not
 * kept grows by itself, with the probability that gives the count in the mean. Each layer has a stream of its
 * own name.
 */
export function set(
  layers: readonly DynamicLayer[],
  fraction: number,
  stream: Stream,
  rounding?: DropRounding,
  growth: Growth = 'exact',
): MaskUpdate[] {
  const dropped = dropSmallest(layers, fraction, rounding)
  const back = dropped.map(({ kept, count, entries }, k) => {
    const own = stream.split(layers[k].parameter.name)
    const free = entries - kept.length
    if (growth === 'exact') return zerosOf(kept, randomEntries(free, count, own))
    return zerosOf(
      kept,
      upTo(free).filter(() => own.uniform() < count / free),
    )
  })
  return regrown(dropped, back)
}
