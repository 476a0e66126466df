import { countOnes } from '../initialization/masks.ts'
import { largestOff } from '../linalg/largest.ts'
import { floorOf, keptOf, largestWeights, updateTo } from './mask.ts'
import { densityAt } from './prune.ts'
import type { MaskUpdate } from './mask.ts'
import type { MaskMethod, PrunedLayer } from './types.ts'

/**
 * GraNet (Liu et al. 2021, arXiv 2106.10404). Each layer is pruned to the density of the schedule; then the
 * ⌊fraction · kept⌋ smallest are dropped and as many grown where |dense gradient| is largest. Entries that
 * are on after the pruning and at the end keep weight and momentum; the others that were grown start at 0.
 */
export const granet: MaskMethod = (layers, { remaining, fraction }, { regrow }) =>
  layers.map((layer) => exchange(layer, densityAt(layer, remaining), fraction, regrow === 'allowed'))

function exchange(layer: PrunedLayer, density: number, fraction: number, allowed: boolean): MaskUpdate {
  const { weights, mask, gradient } = layer
  if (!gradient) throw new Error('granet: no dense gradient was given')
  const kept = Math.min(keptOf(mask.length, density), countOnes(mask))
  const pruned = largestWeights(weights, kept, mask)
  const count = Math.min(floorOf(fraction, kept), mask.length - kept)
  const next = largestWeights(weights, kept - count, pruned)
  for (const k of largestOff(gradient, allowed ? next : pruned, count)) next[k] = 1
  return updateTo(mask, next, pruned)
}
