import { largestOff, largestRanks } from '../linalg/largest.ts'
import { bytesOf } from '../linalg/room.ts'
import { entriesAt, exchanged, floorOf, keptOf, nonzerosOf, selectedOf, withOnes } from './mask.ts'
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
  const { mask, gradient, room } = layer
  if (!gradient) throw new Error('granet: no dense gradient was given')
  const active = nonzerosOf(layer)
  const kept = Math.min(keptOf(mask.length, density), active.on.length)
  const leftRanks = largestRanks(active.values, kept)
  const left = selectedOf(active, leftRanks)
  const count = Math.min(floorOf(fraction, kept), mask.length - kept)
  const ranks = entriesAt(leftRanks, largestRanks(left.values, kept - count))
  const stays = entriesAt(active.on, ranks)
  const pruned = withOnes(mask.length, left.on, bytesOf(mask.length))
  const next = withOnes(mask.length, stays, room)
  const back = largestOff(gradient, allowed ? next : pruned, count)
  return exchanged({ mask, on: active.on }, { mask: next, ranks, kept: stays }, back, pruned)
}
