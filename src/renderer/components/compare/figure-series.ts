/** Panels of a figure as the lines of a chart: the same numbers and looks as in the exported figure. */
import type { CompareRow } from '../../../shared/contract/lab.ts'
import { figureStyles } from '../../../shared/figure/line-figure.ts'
import type { LineFigure } from '../../../shared/figure/line-figure.ts'
import { numberOfStyle } from '../../charts/palette.ts'
import type { ChartSeries } from '../../charts/types.ts'

/** Series and references of a panel. A line that stands for one row of the table shares its highlight. */
export function panelSeries(figure: LineFigure, rows: readonly CompareRow[]): ChartSeries[] {
  const styles = figureStyles(figure).map(numberOfStyle)
  const groupOf = (label: string) => rows.find((row) => row.label === label)?.group ?? label
  const xs = figure.series.flatMap((series) => series.points.map((point) => point.x)).filter(Number.isFinite)
  const ends = xs.length > 0 ? [Math.min(...xs), Math.max(...xs)] : [0, 1]
  const lines = figure.series.map((series, index): ChartSeries => {
    const { points } = series
    const banded = points.some(({ low, high }) => low !== undefined && high !== undefined && low !== high)
    const edge = (value: number | undefined) => value ?? NaN
    return {
      key: `${index} ${series.label}`,
      label: series.label,
      group: groupOf(series.label),
      style: styles[index],
      kind: series.kind ?? (figure.markers === false ? 'bare' : undefined),
      x: points.map((point) => point.x),
      y: points.map((point) => point.y),
      ...(banded
        ? { low: points.map((point) => edge(point.low)), high: points.map((point) => edge(point.high)) }
        : {}),
    }
  })
  // A line of another panel, which stands in the legend that exports share.
  const isHere = ({ y }: { readonly y: number }) => Number.isFinite(y)
  const references = (figure.references ?? [])
    .map((line, index) => ({ line, index }))
    .filter(({ line }) => isHere(line))
    .map(({ line, index }): ChartSeries => ({
      key: `reference ${index} ${line.label}`,
      label: line.label,
      group: groupOf(line.label),
      style: styles[figure.series.length + index],
      kind: 'bare',
      x: ends,
      y: ends.map(() => line.y),
    }))
  return [...lines, ...references]
}
