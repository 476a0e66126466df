/** Figures as data that are no lines over two axes: parallel coordinates, and bars of shares. */
import { csvLine } from '../format/csv.ts'

/** A value of the metric with one level of every field. */
export interface ParallelLine {
  readonly label: string
  /** Of each axis, its place among the levels. */
  readonly places: readonly number[]
  readonly value: number
  /** Sample standard deviation; null of a single value. */
  readonly std: number | null
  readonly n: number
  /** Their numbers. */
  readonly runs: readonly number[]
}

export interface ParallelPlot {
  readonly kind: 'parallel'
  readonly axes: readonly { readonly key: string; readonly levels: readonly string[] }[]
  /** What the last axis and the colour say. */
  readonly metric: string
  readonly valueLabel: string
  readonly lines: readonly ParallelLine[]
}

export interface BarPlot {
  readonly kind: 'bars'
  readonly xLabel: string
  /** Shares of a whole. */
  readonly bars: readonly { readonly label: string; readonly share: number; readonly note: string }[]
}

export type Plot = ParallelPlot | BarPlot

/** What can have another name in print. */
export function plotLabels(plot: Plot): string[] {
  return plot.kind === 'parallel'
    ? [...new Set([...plot.axes.map(({ key }) => key), ...plot.axes.flatMap(({ levels }) => levels)])]
    : plot.bars.map(({ label }) => label)
}

/** The numbers as lines of CSV, the header first. */
export function plotCsv(plot: Plot): string[] {
  if (plot.kind === 'bars') {
    const rows = plot.bars.map(({ label, share, note }) => csvLine([label, share, note]))
    return [csvLine(['term', 'share', 'note']), ...rows]
  }
  const { axes, metric, lines } = plot
  return [
    csvLine([...axes.map(({ key }) => key), metric, 'std', 'n']),
    ...lines.map(({ places, value, std, n }) =>
      csvLine([...places.map((place, axis) => axes[axis].levels[place]), value, std, n]),
    ),
  ]
}
