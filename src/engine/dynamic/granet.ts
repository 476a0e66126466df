import { largestRanksOfAll } from '../linalg/largest.ts'
import { largestOthersOfAll } from '../linalg/largest-others.ts'
import { exchanged } from './exchange.ts'
import { entriesAt, selectedOf } from './lists.ts'
import { entriesOf, floorOf, gradientOf, keptOf, nonzerosOf } from './mask.ts'
import { densityAt } from './prune.ts'
import type { MaskMethod } from './types.ts'

/**
 * GraNet (Liu et al. 2021, arXiv 2106.10404). Each layer is pruned to the density of the schedule; then the
 * ⌊fraction · kept⌋ smallest are dropped and as many grown where |dense gradient| is largest. Entries that
 * are on after the pruning and at the end keep weight and momentum; the others that were grown start at 0.
 */
export const granet: MaskMethod = (layers, { remaining, fraction }, { regrow }) => {
  const actives = layers.map(nonzerosOf)
  const counts = layers.map((layer, k) => {
    const entries = entriesOf(layer)
    const kept = Math.min(keptOf(entries, densityAt(layer, remaining)), actives[k].on.length)
    return { entries, kept, exchanged: Math.min(floorOf(fraction, kept), entries - kept) }
  })
  const leftRanks = largestRanksOfAll(
    actives.map(({ values }, k) => ({ scores: values, count: counts[k].kept })),
  )
  const left = actives.map((active, k) => selectedOf(active, leftRanks[k]))
  const stayRanks = largestRanksOfAll(
    left.map(({ values }, k) => ({ scores: values, count: counts[k].kept - counts[k].exchanged })),
  )
  const stays = actives.map(({ on }, k) => {
    const ranks = entriesAt(leftRanks[k], stayRanks[k])
    return { kept: entriesAt(on, ranks), ranks }
  })
  const back = largestOthersOfAll(
    layers.map((layer, k) => ({
      scores: gradientOf(layer, 'granet'),
      others: regrow === 'allowed' ? stays[k].kept : left[k].on,
      count: counts[k].exchanged,
    })),
  )
  return actives.map(({ on }, k) =>
    exchanged(counts[k].entries, on, stays[k], back[k], { on: left[k].on, ranks: leftRanks[k] }),
  )
}
