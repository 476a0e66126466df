/** Smoothing that does not lie: debiased, and the same whether points were left out for drawing or not. */

/**
 * Debiased exponential average of values at rising places. `weight` in [0, 1) is the weight of the past one
 * `spacing` back; a gap of two spacings forgets twice as much, so that a curve of which only some points were
 * kept is smoothed about as the whole curve would be. Evenly spaced points give shared/stats/series `smooth`.
 * Values that are not finite stay as they are and do not enter the average.
 */
export function smoothAlong(
  values: readonly number[],
  places: readonly number[],
  spacing: number,
  weight: number,
): number[] {
  if (!(weight >= 0 && weight < 1)) {
    throw new RangeError(`The smoothing weight lies in [0, 1), not ${weight}.`)
  }
  if (weight === 0) return [...values]
  let average = 0
  let past = 1
  let last: number | null = null
  return values.map((value, index) => {
    if (!Number.isFinite(value)) return value
    const gap = last === null || !(spacing > 0) ? 1 : Math.max(0, places[index] - last) / spacing
    last = places[index]
    const kept = weight ** gap
    average = kept * average + (1 - kept) * value
    past *= kept
    return average / (1 - past)
  })
}

/** Mean distance of the recorded points of a curve of which `total` were recorded. */
export function spacingOf(steps: readonly number[], total: number): number {
  return steps.length < 2 ? 1 : (steps[steps.length - 1] - steps[0]) / (Math.max(total, steps.length) - 1)
}
