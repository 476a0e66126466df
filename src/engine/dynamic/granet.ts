import { largestRanks } from '../linalg/largest.ts'
import { largestOthers } from '../linalg/largest-others.ts'
import { exchanged } from './exchange.ts'
import { entriesAt, selectedOf } from './lists.ts'
import { entriesOf, floorOf, keptOf, nonzerosOf } from './mask.ts'
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
  const { gradient } = layer
  if (!gradient) throw new Error('granet: no dense gradient was given')
  const entries = entriesOf(layer)
  const active = nonzerosOf(layer)
  const kept = Math.min(keptOf(entries, density), active.on.length)
  const leftRanks = largestRanks(active.values, kept)
  const left = selectedOf(active, leftRanks)
  const count = Math.min(floorOf(fraction, kept), entries - kept)
  const ranks = entriesAt(leftRanks, largestRanks(left.values, kept - count))
  const stays = { kept: entriesAt(active.on, ranks), ranks }
  const back = largestOthers(gradient, allowed ? stays.kept : left.on, count)
  return exchanged(entries, active.on, stays, back, { on: left.on, ranks: leftRanks })
}
