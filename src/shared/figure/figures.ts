/** The figures of a study, from the rows and curves that tables and pages show as well. */
import type { CompareRow, CompareTable } from '../contract/lab.ts'
import { withoutDeviation } from '../format/deviation.ts'
import type { Band, BandPoint } from '../stats/series.ts'
import { centerOf, limits } from '../stats/band.ts'
import { metricName } from '../format/metric.ts'
import { smoothAlong, spacingOf } from '../stats/smoothing.ts'
import { groupBy } from '../stats/summary.ts'
import { bandText, countText } from './caption.ts'
import type { FigureSeries, LineFigure } from './line-figure.ts'
import { withoutAny } from './reference-lines.ts'

export { BAND_NAMES } from './caption.ts'

/** Of the axis on which a scheme's densities are one line. */
export const DENSITY_LABEL = 'Density reached (log scale)'

/** What differs between rows besides the density: rows of one line are joined, and no others. */
export const lineOf = (row: CompareRow) => withoutDeviation(row.line ?? row.label)

const placeOf = (row: CompareRow) => row.place ?? row.density

/**
 * One series for all that differs but the density, sorted by the density reached, over the rows that have one
 * and a value.
 */
export function againstDensity(
  table: CompareTable,
  band: Band,
  keep: (density: number) => boolean,
): FigureSeries[] {
  const rows = table.rows.filter((row) => row.n > 0 && keep(placeOf(row) ?? NaN))
  return [...groupBy(rows, lineOf)].map(([label, group]) => ({
    label,
    scheme: group[0].scheme,
    points: group
      .map((row) => {
        const [low, high] = limits(row.values, band)
        return { x: placeOf(row) ?? NaN, y: centerOf(row.values, band), low, high }
      })
      .sort((a, b) => a.x - b.x),
  }))
}

/**
 * The price of sparsity: mean of the metric against the density reached with a band over the seeds, one
 * line for each scheme and all else that differs; rows of density 1 become horizontal lines. Rows without
 * a density or a value are left out.
 */
export function priceOfSparsity(table: CompareTable, band: Band = 'std'): LineFigure {
  const dense = table.rows.filter((row) => row.n > 0 && placeOf(row) === 1)
  return {
    title: 'Price of sparsity',
    xLabel: DENSITY_LABEL,
    yLabel: metricName(table.metric),
    metric: table.metric,
    xLog: true,
    series: againstDensity(table, band, (density) => density < 1),
    references: dense.map((row) => ({
      label: withoutAny(row.label),
      scheme: row.scheme,
      y: centerOf(row.values, band),
    })),
    caption: `${bandText(band)} over ${countText(table.rows)}.`,
  }
}

export interface GroupCurve {
  readonly label: string
  readonly scheme?: string
  readonly points: readonly BandPoint[]
  /** Every run, for those who want them behind the mean. */
  readonly members?: readonly (readonly { readonly x: number; readonly y: number }[])[]
}

export interface CurveLooks {
  readonly xLabel?: string
  readonly yLog?: boolean
  /** Weight of the past, 0 for none; the raw mean is drawn faint behind. */
  readonly smoothing?: number
  /** Ends of rounds, places on the axis. */
  readonly rounds?: readonly number[]
}

/** Learning curves: mean and band of each group against the step (or epoch), without markers. */
export function learningCurves(
  metric: string,
  curves: readonly GroupCurve[],
  band: Band,
  { xLabel = 'Step', yLog = false, smoothing = 0, rounds = [] }: CurveLooks = {},
): LineFigure {
  const counts = curves.map(({ points }) => ({ n: Math.max(0, ...points.map((point) => point.n)) }))
  const smoothed =
    smoothing > 0
      ? `Smoothed: debiased exponential average of mean and band, weight ${smoothing} a recorded point; ` +
        'raw mean faint behind.'
      : 'No smoothing.'
  return {
    title: `${metricName(metric)} in training`,
    xLabel,
    yLabel: metricName(metric),
    metric,
    yLog,
    markers: false,
    ...(rounds.length > 0 ? { marks: rounds } : {}),
    caption:
      `${bandText(band)} over ${countText(counts)}. ${smoothed}` +
      (rounds.length > 0 ? ' Dotted lines: ends of rounds.' : ''),
    series: curves.flatMap((curve) => curveSeries(curve, smoothing)),
  }
}

function curveSeries({ label, scheme, points, members = [] }: GroupCurve, smoothing: number): FigureSeries[] {
  const places = points.map(({ step }) => step)
  const spacing = spacingOf(places, places.length)
  const along = (values: readonly number[]) => smoothAlong(values, places, spacing, smoothing)
  const [mean, low, high] = (['mean', 'low', 'high'] as const).map((key) =>
    along(points.map((point) => point[key])),
  )
  const line = { label, scheme }
  return [
    ...members.map((run) => ({ ...line, behind: 'run' as const, points: run })),
    ...(smoothing > 0
      ? [
          {
            ...line,
            behind: 'raw' as const,
            points: points.map((point) => ({ x: point.step, y: point.mean })),
          },
        ]
      : []),
    {
      ...line,
      points: places.map((x, index) => ({ x, y: mean[index], low: low[index], high: high[index] })),
    },
  ]
}
