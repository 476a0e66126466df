import { largestOff, largestRanks } from '../linalg/largest.ts'
import { exchanged, floorOf, joined, keptOf, largestOf, nonzerosOf, selectedOf, withOnes } from './mask.ts'
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
  const { mask, gradient } = layer
  if (!gradient) throw new Error('granet: no dense gradient was given')
  const active = nonzerosOf(layer)
  const kept = Math.min(keptOf(mask.length, density), active.on.length)
  const left = selectedOf(active, largestRanks(active.values, kept))
  const count = Math.min(floorOf(fraction, kept), mask.length - kept)
  const stays = largestOf(left, kept - count)
  const pruned = withOnes(mask.length, left.on)
  const next = withOnes(mask.length, stays)
  const back = largestOff(gradient, allowed ? next : pruned, count)
  for (let i = 0; i < back.length; i++) next[back[i]] = 1
  return exchanged({ mask, on: active.on }, { mask: next, on: joined(stays, back) }, back, pruned)
}
