/** Curves: smoothing that does not lie and decimation that keeps what the eye would see. */

/**
 * Exponential moving average with `weight` in [0, 1) on the past, debiased: divided by 1 − weightᵗ, so that
 * the first value is itself and not a step away from 0. Values that are not finite stay as they are and do
 * not enter the average.
 */
export function smooth(values: readonly number[], weight: number): number[] {
  if (!(weight >= 0 && weight < 1))
    throw new RangeError(`The smoothing weight lies in [0, 1), not ${weight}.`)
  let average = 0
  let remaining = 1
  return values.map((value) => {
    if (!Number.isFinite(value)) return value
    average = weight * average + (1 - weight) * value
    remaining *= weight
    return average / (1 - remaining)
  })
}

/**
 * Indices of at most `maxPoints` points that keep every bucket's minimum and maximum, first and last point,
 * and the first value of a bucket that is not finite (a gap must stay visible). For drawing only; statistics
 * use all points.
 */
export function decimateMinMax(values: ArrayLike<number>, maxPoints: number): number[] {
  const count = values.length
  if (count <= maxPoints || maxPoints < 5) return Array.from({ length: count }, (_, index) => index)
  const buckets = Math.max(1, Math.floor((maxPoints - 2) / 3))
  const kept: number[] = [0]
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = 1 + Math.floor((bucket * (count - 2)) / buckets)
    const to = 1 + Math.floor(((bucket + 1) * (count - 2)) / buckets)
    let low = -1
    let high = -1
    let gap = -1
    for (let index = from; index < to; index++) {
      const value = values[index]
      if (!Number.isFinite(value)) {
        if (gap < 0) gap = index
        continue
      }
      if (low < 0 || value < values[low]) low = index
      if (high < 0 || value > values[high]) high = index
    }
    for (const index of [low, high, gap].sort((a, b) => a - b)) {
      if (index >= 0 && index !== kept[kept.length - 1]) kept.push(index)
    }
  }
  kept.push(count - 1)
  return kept
}

export type Band = 'std' | 'sem' | 'min-max' | 'ci95' | 'quartiles' | 'median-range'

/** Whether the line of a band is the median; the mean of all others. */
export const isOfMedian = (band: Band): boolean => band === 'quartiles' || band === 'median-range'

export interface BandPoint {
  readonly step: number
  readonly n: number
  /** The line: mean, or median where the band is one of medians. */
  readonly mean: number
  readonly low: number
  readonly high: number
}
