import { largestRanksOfAll } from '../linalg/largest.ts'
import { largestOthersOfAll } from '../linalg/largest-others.ts'
import { exchanged } from './exchange.ts'
import { entriesAt, sumsOfSizes } from './lists.ts'
import { entriesOf, floorOf, gradientOf, nonzerosOf } from './mask.ts'
import type { MaskMethod } from './types.ts'

/**
 * `total` things shared in proportion to `shares`, whole ones: the floors first, then one each by the largest
 * remainder (ties: the earlier). None gets more than its cap; what does not fit is shared again among those
 * with room. Where all shares are 0 they count as equal. Throws RangeError where the caps hold less.
 */
export function apportion(shares: readonly number[], total: number, caps: readonly number[]): number[] {
  const got = shares.map(() => 0)
  let left = total
  while (left > 0) {
    const open = [...shares.keys()].filter((k) => got[k] < caps[k])
    if (open.length === 0) throw new RangeError(`apportion: ${left} of ${total} have no room`)
    const sum = open.reduce((all, k) => all + shares[k], 0)
    const parts = open.map((k) => {
      const quota = sum > 0 ? (left * shares[k]) / sum : left / open.length
      return { k, whole: Math.floor(quota + 1e-9), rest: quota - Math.floor(quota + 1e-9) }
    })
    let more = left - parts.reduce((all, { whole }) => all + whole, 0)
    const given = new Map(parts.map(({ k, whole }) => [k, whole]))
    for (const { k, whole } of parts.toSorted((a, b) => b.rest - a.rest || a.k - b.k)) {
      if (more-- > 0) given.set(k, whole + 1)
    }
    for (const [k, count] of given) {
      const taken = Math.min(count, caps[k] - got[k])
      got[k] += taken
      left -= taken
    }
  }
  return got
}

/**
 * SNFS, sparse momentum (Dettmers & Zettlemoyer 2019, arXiv 1907.04840). Each layer drops its ⌊fraction ·
 * kept⌋ smallest weights; all that were dropped are shared among the layers by the mean |momentum| of the
 * weights that they kept before, and grown where |momentum| is largest. All that is grown starts at 0.
 */
export const snfs: MaskMethod = (layers, { fraction }, { regrow }) => {
  const actives = layers.map(nonzerosOf)
  const momenta = layers.map((layer) => gradientOf(layer, 'snfs'))
  const sums = sumsOfSizes(momenta.map((values, k) => ({ values, entries: actives[k].on })))
  const shares = actives.map(({ on }, k) =>
    on.length > 0 && Number.isFinite(sums[k]) ? sums[k] / on.length : 0,
  )
  const left = largestRanksOfAll(
    actives.map(({ on, values }) => ({ scores: values, count: on.length - floorOf(fraction, on.length) })),
  )
  const stays = actives.map(({ on }, k) => ({ kept: entriesAt(on, left[k]), ranks: left[k] }))
  const taken = actives.map(({ on }, k) => (regrow === 'allowed' ? stays[k].kept : on))
  const dropped = actives.reduce((sum, { on }, k) => sum + on.length - left[k].length, 0)
  const grown = apportion(
    shares,
    dropped,
    layers.map((layer, k) => entriesOf(layer) - taken[k].length),
  )
  const back = largestOthersOfAll(momenta.map((scores, k) => ({ scores, others: taken[k], count: grown[k] })))
  return layers.map((layer, k) => exchanged(entriesOf(layer), actives[k].on, stays[k], back[k], null))
}
