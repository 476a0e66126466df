/** Series as Chart.js wants them. */
import type { ChartDataset } from 'chart.js'
import { lineStyle, withAlpha } from './palette.ts'
import type { ChartOptions, ChartSeries } from './types.ts'

export interface Point {
  readonly x: number
  readonly y: number
}
export type LineDataset = ChartDataset<'line', Point[]>

/** Few points are marked one by one; many would be a caterpillar. */
const MOST_MARKED = 40

function points(
  x: readonly number[],
  y: readonly number[],
  { logX, logY }: Pick<ChartOptions, 'logX' | 'logY'>,
): Point[] {
  const list: Point[] = []
  for (let index = 0; index < x.length; index += 1) {
    if (logX && x[index] <= 0) continue
    const drawn = Number.isFinite(y[index]) && !(logY && y[index] <= 0)
    list.push({ x: x[index], y: drawn ? y[index] : NaN })
  }
  return list
}

/** Datasets in drawing order: bands, faint lines, then lines on top. Chart.js draws the first on top. */
export function datasetsOf(
  series: readonly ChartSeries[],
  options: ChartOptions,
  dark: boolean,
): LineDataset[] {
  const lines: LineDataset[] = []
  const faint: LineDataset[] = []
  const bands: LineDataset[] = []
  for (const each of series) {
    const { color, dash, marker } = lineStyle(each.style, dark)
    const data = points(each.x, each.y, options)
    if (each.faint) {
      faint.push({
        label: each.label,
        data,
        borderColor: withAlpha(color, 0.28),
        borderWidth: 1,
        pointRadius: 0,
        pointHitRadius: 0,
      })
      continue
    }
    const marked = data.length <= MOST_MARKED
    lines.push({
      label: each.label,
      data,
      borderColor: color,
      backgroundColor: color,
      borderWidth: 1.75,
      borderDash: [...dash],
      pointStyle: marker,
      pointRadius: marked ? 3 : 0,
      pointHoverRadius: 4,
      pointHitRadius: 8,
    })
    if (each.low && each.high) {
      const edge = { borderWidth: 0, pointRadius: 0, pointHitRadius: 0, borderColor: 'transparent' }
      bands.push({
        ...edge,
        label: `${each.label} low`,
        data: points(each.x, each.low, options),
        fill: false,
      })
      bands.push({
        ...edge,
        label: `${each.label} high`,
        data: points(each.x, each.high, options),
        fill: '-1',
        backgroundColor: withAlpha(color, dark ? 0.2 : 0.16),
      })
    }
  }
  // `order` decides who lies on top; the position in the list decides what '-1' means.
  return [
    ...bands.map((band) => ({ ...band, order: 3 })),
    ...faint.map((line) => ({ ...line, order: 2 })),
    ...lines.map((line) => ({ ...line, order: 1 })),
  ]
}

/** One sentence per line for those who cannot see it. */
export function summaryOf(series: readonly ChartSeries[], options: ChartOptions): string {
  const shown = series.filter((each) => !each.faint)
  if (shown.length === 0) return 'No values yet.'
  return shown
    .map((each) => {
      const finite = each.y.map((y, index) => ({ x: each.x[index], y })).filter(({ y }) => Number.isFinite(y))
      if (finite.length === 0) return `${each.label}: no finite value.`
      const ys = finite.map(({ y }) => y)
      const low = ys.reduce((a, b) => Math.min(a, b))
      const high = ys.reduce((a, b) => Math.max(a, b))
      const last = finite[finite.length - 1]
      const format = options.formatY
      return (
        `${each.label}: ${each.x.length} points, from ${format(ys[0])} to ${format(last.y)} at ` +
        `${options.xTitle.toLowerCase()} ${last.x}; lowest ${format(low)}, highest ${format(high)}.`
      )
    })
    .join(' ')
}
