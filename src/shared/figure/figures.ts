/** The figures of a study, from the rows and curves that tables and pages show as well. */
import type { CompareTable } from '../contract/lab.ts'
import type { Band, BandPoint } from '../stats/series.ts'
import { limits } from '../stats/band.ts'
import { metricName } from '../stats/compare.ts'
import { groupBy } from '../stats/summary.ts'
import type { FigureSeries, LineFigure } from './line-figure.ts'

/** Words for a band, for labels and captions. */
export const BAND_NAMES: Readonly<Record<Band, string>> = {
  std: '± sample standard deviation',
  sem: '± standard error',
  'min-max': 'minimum to maximum',
  ci95: '95 % interval',
}

/**
 * The price of sparsity: mean of the metric against density with a band over the seeds, one line per scheme;
 * rows of density 1 become horizontal lines. Rows without a density or a value are left out.
 */
export function priceOfSparsity(table: CompareTable, band: Band = 'std'): LineFigure {
  const rows = table.rows.filter((row) => row.density !== null && row.n > 0)
  const nameOf = (row: (typeof rows)[number]) => row.labels.Scheme ?? row.scheme ?? row.label
  const lines = groupBy(
    rows.filter((row) => row.density !== null && row.density < 1),
    nameOf,
  )
  const series: FigureSeries[] = [...lines].map(([label, group]) => ({
    label,
    points: group
      .map((row) => {
        const [low, high] = limits(row.values, band)
        return { x: row.density ?? NaN, y: row.mean, low, high }
      })
      .sort((a, b) => a.x - b.x),
  }))
  return {
    title: 'Price of sparsity',
    xLabel: 'Density (log scale)',
    yLabel: `${metricName(table.metric)} (${BAND_NAMES[band]})`,
    xLog: true,
    series,
    references: rows.filter((row) => row.density === 1).map((row) => ({ label: nameOf(row), y: row.mean })),
  }
}

export interface GroupCurve {
  readonly label: string
  readonly scheme?: string
  readonly points: readonly BandPoint[]
}

/** Learning curves: mean and band of each group against the step (or epoch), without markers. */
export function learningCurves(
  metric: string,
  curves: readonly GroupCurve[],
  band: Band,
  xLabel = 'Step',
  yLog = false,
): LineFigure {
  return {
    title: `${metricName(metric)} in training`,
    xLabel,
    yLabel: `${metricName(metric)} (${BAND_NAMES[band]})`,
    yLog,
    markers: false,
    series: curves.map(({ label, scheme, points }) => ({
      label,
      scheme,
      points: points.map((point) => ({ x: point.step, y: point.mean, low: point.low, high: point.high })),
    })),
  }
}
