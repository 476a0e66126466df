/** What the lines of a chart say at a place of the crosshair. */
import type { ChartSeries } from './types.ts'

export interface Reading {
  readonly key: string
  readonly label: string
  readonly style: number
  /** Value at the recorded point that is nearest; NaN is a value. */
  readonly y: number
  readonly low?: number
  readonly high?: number
  /** Where that point is, where it is not the crosshair's own place. */
  readonly at?: number
  /** Unsmoothed, where the line is smoothed. */
  readonly raw?: number
}

/** Index of the place in rising `xs` that is nearest to x; −1 where there is none. */
export function nearestIndex(xs: readonly number[], x: number): number {
  if (xs.length === 0) return -1
  let low = 0
  let high = xs.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (xs[middle] < x) low = middle + 1
    else high = middle
  }
  return low > 0 && x - xs[low - 1] < xs[low] - x ? low - 1 : low
}

/** Every line's nearest recorded place to x, the nearest of all; null where nothing is drawn. */
export function snap(series: readonly ChartSeries[], x: number): number | null {
  let best: number | null = null
  for (const each of series) {
    if (each.faint) continue
    const index = nearestIndex(each.x, x)
    if (index < 0) continue
    if (best === null || Math.abs(each.x[index] - x) < Math.abs(best - x)) best = each.x[index]
  }
  return best
}

/** The recorded place after (`by` > 0) or before x, over all lines; x itself at the ends. */
export function stepFrom(series: readonly ChartSeries[], x: number, by: 1 | -1): number {
  let best = x
  for (const each of series) {
    if (each.faint) continue
    for (const at of [nearestIndex(each.x, x) + by, nearestIndex(each.x, x)]) {
      const next = each.x[at]
      if (next === undefined || (next - x) * by <= 0) continue
      if (best === x || (best - next) * by > 0) best = next
    }
  }
  return best
}

/** A horizontal line, which says the same everywhere. */
const isLevel = ({ x, y }: ChartSeries) => x.length === 2 && y[0] === y[1]

/** Readings of the lines that reach the place, the highest value first, NaN last. */
export function readingsAt(series: readonly ChartSeries[], x: number): Reading[] {
  const raws = new Map(series.filter((each) => each.faint).map((each) => [each.key, each]))
  return series
    .filter((each) => !each.faint && each.x.length > 0 && x >= each.x[0] && x <= each.x[each.x.length - 1])
    .map((each) => {
      const index = nearestIndex(each.x, x)
      const raw = raws.get(`${each.key} raw`)
      return {
        key: each.group ?? each.key,
        label: each.label,
        style: each.style,
        y: each.y[index],
        low: each.low?.[index],
        high: each.high?.[index],
        ...(each.x[index] === x || isLevel(each) ? {} : { at: each.x[index] }),
        ...(raw ? { raw: raw.y[nearestIndex(raw.x, x)] } : {}),
      }
    })
    .sort((a, b) => (Number.isNaN(a.y) ? 1 : Number.isNaN(b.y) ? -1 : b.y - a.y))
}

/** `0.93`, `0.93 ± 0.01`, or `0.93 (0.90 to 0.95)` where the band is not even. */
export function bandText(
  { y, low, high }: Pick<Reading, 'y' | 'low' | 'high'>,
  format: (value: number) => string,
): string {
  const text = format(y)
  if (low === undefined || high === undefined || !Number.isFinite(low) || !Number.isFinite(high)) return text
  const [up, down] = [high - y, y - low]
  return Math.abs(up - down) <= 1e-9 * Math.max(Math.abs(high), Math.abs(low))
    ? `${text} ± ${format(up)}`
    : `${text} (${format(low)} to ${format(high)})`
}
