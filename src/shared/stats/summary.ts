/**
 * Mean, spread and quantiles. NaN and ±Infinity are values, not gaps: one NaN makes the mean NaN, one
 * Infinity makes it infinite (both signs: NaN), and the deviation of anything that is not finite is NaN.
 * Minimum and maximum pass over NaN while there is any other value. What is missing must be left out before
 * (`present`).
 */

export interface Summary {
  readonly n: number
  /** NaN for n = 0. */
  readonly mean: number
  /** Sample standard deviation, n − 1 in the denominator; null for n < 2. */
  readonly std: number | null
  /** Standard error of the mean, std/√n; null for n < 2. */
  readonly sem: number | null
  readonly min: number
  readonly max: number
}

/** The values that are there: null and undefined left out, NaN and ±Infinity kept. */
export function present(values: Iterable<number | null | undefined>): number[] {
  const kept: number[] = []
  for (const value of values) if (value !== null && value !== undefined) kept.push(value)
  return kept
}

/** Sum with Neumaier's compensation: the error does not grow with the number of terms. */
export function sum(values: readonly number[]): number {
  let total = 0
  let lost = 0
  for (const value of values) {
    const next = total + value
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total
    total = next
  }
  // With an infinite term the compensation is NaN although the sum is not.
  return Number.isFinite(total) ? total + lost : total
}

/** Arithmetic mean; NaN for no values. Equal values have themselves as their mean, to the last digit. */
export function mean(values: readonly number[]): number {
  return isConstant(values) ? values[0] : sum(values) / values.length
}

const isConstant = (values: readonly number[]) =>
  values.length > 0 && values.every((value) => value === values[0])

/** Sample standard deviation (n − 1), two passes; null for n < 2. */
export function sampleStd(values: readonly number[]): number | null {
  if (values.length < 2) return null
  const center = mean(values)
  return Math.sqrt(sum(values.map((value) => (value - center) ** 2)) / (values.length - 1))
}

export function summarize(values: readonly number[]): Summary {
  const std = sampleStd(values)
  const ordered = values.filter((value) => !Number.isNaN(value))
  return {
    n: values.length,
    mean: mean(values),
    std,
    sem: std === null ? null : std / Math.sqrt(values.length),
    min: ordered.length > 0 ? ordered.reduce((a, b) => Math.min(a, b)) : NaN,
    max: ordered.length > 0 ? ordered.reduce((a, b) => Math.max(a, b)) : NaN,
  }
}

/**
 * Quantile p in [0, 1] by linear interpolation between order statistics (Hyndman & Fan type 7, NumPy's
 * default). NaN when any value is NaN or none is there.
 */
export function quantile(values: readonly number[], p: number): number {
  if (values.length === 0 || values.some(Number.isNaN)) return NaN
  const ordered = [...values].sort((a, b) => a - b)
  const place = p * (ordered.length - 1)
  const low = Math.floor(place)
  const fraction = place - low
  // No interpolation on an exact place: 0 · ∞ would be NaN.
  return fraction === 0 ? ordered[low] : ordered[low] + fraction * (ordered[low + 1] - ordered[low])
}

/** Items by key, keys and members in order of appearance. */
export function groupBy<Item, Key>(items: Iterable<Item>, keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}
