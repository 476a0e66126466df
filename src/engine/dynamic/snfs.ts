import { countOnes } from '../initialization/masks.ts'
import { largestOff } from '../linalg/largest.ts'
import { floorOf, indicesOf, largestWeights, updateTo } from './mask.ts'
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
  const shares = layers.map(({ mask, gradient }) => {
    if (!gradient) throw new Error('snfs: no momentum was given')
    let sum = 0
    const on = indicesOf(mask)
    for (let i = 0; i < on.length; i++) sum += Math.abs(gradient[on[i]])
    return on.length > 0 && Number.isFinite(sum) ? sum / on.length : 0
  })
  const left = layers.map(({ weights, mask }) => {
    const kept = countOnes(mask)
    return largestWeights(weights, kept - floorOf(fraction, kept), mask)
  })
  const dropped = layers.reduce((sum, { mask }, k) => sum + countOnes(mask) - countOnes(left[k]), 0)
  const taken = layers.map(({ mask }, k) => (regrow === 'allowed' ? left[k] : mask))
  const grown = apportion(
    shares,
    dropped,
    taken.map((mask) => mask.length - countOnes(mask)),
  )
  return layers.map(({ mask, gradient }, k) => {
    const next = left[k].slice()
    if (gradient) for (const at of largestOff(gradient, taken[k], grown[k])) next[at] = 1
    return updateTo(mask, next, left[k])
  })
}
