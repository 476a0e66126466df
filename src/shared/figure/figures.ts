/** The figures of a study, from the rows and curves that tables and pages show as well. */
import type { CompareRow, CompareTable } from '../contract/lab.ts'
import { withoutDeviation } from '../format/deviation.ts'
import type { Band, BandPoint } from '../stats/series.ts'
import { limits } from '../stats/band.ts'
import { metricName } from '../stats/compare.ts'
import { groupBy } from '../stats/summary.ts'
import { BAND_NAMES, countText } from './caption.ts'
import type { FigureSeries, LineFigure } from './line-figure.ts'

export { BAND_NAMES } from './caption.ts'

const nameOf = (row: CompareRow) => withoutDeviation(row.labels.Scheme ?? row.scheme ?? row.label)

/** The density that the grid asked for where it has such an axis, else the one reached. */
function densityOf(row: CompareRow): number | null {
  const asked = Number(row.labels.Density)
  return row.labels.Density !== undefined && asked > 0 && asked <= 1 ? asked : row.density
}

/** One series per scheme, sorted by density, over the rows that have a density and a value. */
export function againstDensity(
  table: CompareTable,
  band: Band,
  keep: (density: number) => boolean,
): FigureSeries[] {
  const rows = table.rows.filter((row) => row.n > 0 && keep(densityOf(row) ?? NaN) && densityOf(row) !== null)
  return [...groupBy(rows, nameOf)].map(([label, group]) => ({
    label,
    scheme: group[0].scheme,
    points: group
      .map((row) => {
        const [low, high] = limits(row.values, band)
        return { x: densityOf(row) ?? NaN, y: row.mean, low, high }
      })
      .sort((a, b) => a.x - b.x),
  }))
}

/**
 * The price of sparsity: mean of the metric against density with a band over the seeds, one line per scheme;
 * rows of density 1 become horizontal lines. Rows without a density or a value are left out.
 */
export function priceOfSparsity(table: CompareTable, band: Band = 'std'): LineFigure {
  const dense = table.rows.filter((row) => row.n > 0 && densityOf(row) === 1)
  return {
    title: 'Price of sparsity',
    xLabel: 'Density (log scale)',
    yLabel: metricName(table.metric),
    xLog: true,
    series: againstDensity(table, band, (density) => density < 1),
    references: dense.map((row) => ({ label: nameOf(row), scheme: row.scheme, y: row.mean })),
    caption: `Bands: ${BAND_NAMES[band]} over ${countText(table.rows)}.`,
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
  const counts = curves.map(({ points }) => ({ n: Math.max(0, ...points.map((point) => point.n)) }))
  return {
    title: `${metricName(metric)} in training`,
    xLabel,
    yLabel: metricName(metric),
    yLog,
    markers: false,
    caption: `Bands: ${BAND_NAMES[band]} over ${countText(counts)}. No smoothing.`,
    series: curves.map(({ label, scheme, points }) => ({
      label,
      scheme,
      points: points.map((point) => ({ x: point.step, y: point.mean, low: point.low, high: point.high })),
    })),
  }
}
