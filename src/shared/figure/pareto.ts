/** Accuracy against what it costs (parameters or seconds), with the frontier that no row passes. */
import type { CompareRow, CompareTable } from '../contract/lab.ts'
import { centerOf, limits } from '../stats/band.ts'
import { metricName } from '../format/metric.ts'
import { isOfMedian } from '../stats/series.ts'
import type { Band } from '../stats/series.ts'
import { groupBy } from '../stats/summary.ts'
import { bandText, countText } from './caption.ts'
import { lineOf } from './figures.ts'
import { FRONTIER } from './palette.ts'
import type { FigurePoint, LineFigure } from './line-figure.ts'

export interface ParetoCost {
  readonly name: string
  /** Null leaves the row out. */
  readonly of: (row: CompareRow) => number | null
}

/** Parameters that are not zero, biases and norms included. */
export const PARAMETERS: ParetoCost = { name: 'Parameters', of: (row) => row.parameters }

/** Floating-point operations of the whole training. */
export const OPERATIONS: ParetoCost = { name: 'Training operations', of: (row) => row.operations || null }

/**
 * The points that no other beats in both: less cost and a better value. Sorted by cost; NaN never enters.
 */
export function frontier(points: readonly FigurePoint[], higherIsBetter: boolean): FigurePoint[] {
  const sign = higherIsBetter ? 1 : -1
  const ordered = points
    .filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y))
    .sort((a, b) => a.x - b.x || sign * (b.y - a.y))
  let best = -Infinity
  return ordered.filter((point) => {
    if (sign * point.y <= best) return false
    best = sign * point.y
    return true
  })
}

/**
 * Marks with error bars per scheme and all else that differs but the density, cost on a log axis, the
 * frontier as a staircase.
 */
export function pareto(table: CompareTable, cost: ParetoCost = PARAMETERS, band: Band = 'std'): LineFigure {
  const rows = table.rows.filter((row) => row.n > 0 && cost.of(row) !== null)
  const pointOf = (row: CompareRow): FigurePoint => {
    const [low, high] = limits(row.values, band)
    return { x: cost.of(row) ?? NaN, y: centerOf(row.values, band), low, high }
  }
  const marks = [...groupBy(rows, lineOf)]
  const best = frontier(rows.map(pointOf), table.higherIsBetter)
  const stairs = best.flatMap((point, index) => [
    ...(index > 0 ? [{ x: point.x, y: best[index - 1].y }] : []),
    { x: point.x, y: point.y },
  ])
  return {
    title: `${metricName(table.metric)} against ${cost.name.toLowerCase()}`,
    xLabel: `${cost.name} (log scale)`,
    yLabel: metricName(table.metric),
    metric: table.metric,
    xLog: true,
    caption:
      `${bandText(band, 'error bars')} over ${countText(rows)}. ` +
      `Frontier: no row has a better ${isOfMedian(band) ? 'median' : 'mean'} for the same cost or less.`,
    series: [
      ...marks.map(([label, group]) => ({
        label,
        scheme: group[0].scheme,
        points: group.map(pointOf),
        kind: 'points' as const,
      })),
      { label: FRONTIER, points: stairs, kind: 'bare' as const },
    ],
  }
}
