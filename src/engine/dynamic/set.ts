import { randomMask } from '../initialization/masks.ts'
import type { Stream } from '../rng.ts'
import { updateMask } from './mask.ts'
import type { DropRounding, MaskUpdate, Weights } from './mask.ts'

/**
 * SET (Mocanu et al. 2018): grows at random. Drops by magnitude as RigL's SET baseline does (the original
 * drops the smallest positive and the largest negative weights apart).
 */
export function set(
  weights: Weights,
  mask: Uint8Array,
  fraction: number,
  stream: Stream,
  rounding?: DropRounding,
): MaskUpdate {
  return updateMask(
    weights,
    mask,
    fraction,
    (candidates, count) => {
      const chosen = randomMask(candidates.length, count, stream)
      return candidates.filter((_, k) => chosen[k] === 1)
    },
    rounding,
  )
}
