/** Several curves of one group as one: mean and band at every step that they share or not. */
import { meanInterval } from './tests.ts'
import { mean, present, quantile, summarize } from './summary.ts'
import { isOfMedian } from './series.ts'
import type { Band, BandPoint } from './series.ts'

export interface Curve {
  readonly steps: readonly number[]
  readonly values: readonly number[]
}

/**
 * Mean and band over the curves at each step that any of them has; a curve without that step does not count
 * there, and n says how many did. With one curve the band is the curve. Curves must be sorted by step.
 */
export function bandOver(curves: readonly Curve[], band: Band): BandPoint[] {
  const steps = [...new Set(curves.flatMap((curve) => curve.steps))].sort((a, b) => a - b)
  const places = curves.map(() => 0)
  return steps.map((step) => {
    const values = present(
      curves.map((curve, index) => {
        if (curve.steps[places[index]] !== step) return null
        return curve.values[places[index]++]
      }),
    )
    const [low, high] = limits(values, band)
    return { step, n: values.length, mean: centerOf(values, band), low, high }
  })
}

/** The middle of a band: mean or median. */
export function centerOf(values: readonly number[], band: Band): number {
  return isOfMedian(band) ? quantile(values, 0.5) : mean(values)
}

/**
 * Lower and upper end of a band; both the value for n = 1. Quartiles by linear interpolation between order
 * statistics (quantile).
 */
export function limits(values: readonly number[], band: Band): readonly [number, number] {
  if (band === 'quartiles') return [quantile(values, 0.25), quantile(values, 0.75)]
  const { mean, std, sem, min, max } = summarize(values)
  if (band === 'min-max' || band === 'median-range') return [min, max]
  if (std === null || sem === null) return [mean, mean]
  if (band === 'ci95') return meanInterval(values) ?? [mean, mean]
  const half = band === 'std' ? std : sem
  return [mean - half, mean + half]
}
