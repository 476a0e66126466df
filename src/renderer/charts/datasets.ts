/** Series as Chart.js wants them, and in words. */
import type { ChartDataset } from 'chart.js'
import { lineStyle, pointStyle, withAlpha } from './palette.ts'
import type { ChartOptions, ChartSeries } from './types.ts'

export interface Point {
  readonly x: number
  readonly y: number
}
export type LineDataset = ChartDataset<'line', Point[]>

/** Few points are marked one by one; many would be a caterpillar. */
const MOST_MARKED = 40
const HIDDEN_EDGE = { borderWidth: 0, pointRadius: 0, pointHitRadius: 0, borderColor: 'transparent' }

type Logs = Pick<ChartOptions, 'logX' | 'logY'>
interface Made extends Logs {
  readonly x: readonly number[]
  readonly list: Point[]
}
/** By the values: a chart that only changes its looks keeps its points. */
const made = new WeakMap<readonly number[], Made>()

function points(x: readonly number[], y: readonly number[], { logX, logY }: Logs): Point[] {
  const known = made.get(y)
  if (known && known.x === x && known.logX === logX && known.logY === logY) return known.list
  const list: Point[] = []
  for (let index = 0; index < x.length; index += 1) {
    if (logX && x[index] <= 0) continue
    const drawn = Number.isFinite(y[index]) && !(logY && y[index] <= 0)
    list.push({ x: x[index], y: drawn ? y[index] : NaN })
  }
  made.set(y, { x, logX, logY, list })
  return list
}

/** The line of a series; thin and faint for one run of many. */
function lineOf(series: ChartSeries, options: ChartOptions, dark: boolean, emphasis: Emphasis): LineDataset {
  const { color, dash, marker } = lineStyle(series.style, dark)
  const data = points(series.x, series.y, options)
  if (series.faint) {
    return {
      label: series.label,
      data,
      borderColor: withAlpha(color, emphasis === 'faded' ? 0.08 : emphasis === 'raised' ? 0.6 : 0.3),
      borderWidth: 1,
      pointRadius: 0,
      pointHitRadius: 0,
    }
  }
  const { style, rotation } = pointStyle(marker)
  const shown = emphasis === 'faded' ? withAlpha(color, 0.22) : color
  const marked = series.kind === 'points' || (series.kind !== 'bare' && data.length <= MOST_MARKED)
  return {
    label: series.label,
    data,
    showLine: series.kind !== 'points',
    borderColor: shown,
    backgroundColor: shown,
    borderWidth: emphasis === 'raised' ? 3.25 : 1.9,
    borderDash: [...dash],
    pointBorderWidth: 1.5,
    pointStyle: style,
    pointRotation: rotation,
    pointRadius: marked ? 3.5 : 0,
    pointHitRadius: 8,
  }
}

/** Lower and upper edge; the upper one fills to the one before it. */
function bandOf(
  series: ChartSeries,
  options: ChartOptions,
  dark: boolean,
  emphasis: Emphasis,
): LineDataset[] {
  if (!series.low || !series.high || series.kind === 'points') return []
  const { color } = lineStyle(series.style, dark)
  const alpha = emphasis === 'faded' ? 0.03 : dark ? 0.2 : 0.15
  return [
    {
      ...HIDDEN_EDGE,
      label: `${series.label} low`,
      data: points(series.x, series.low, options),
      fill: false,
    },
    {
      ...HIDDEN_EDGE,
      label: `${series.label} high`,
      data: points(series.x, series.high, options),
      fill: '-1',
      backgroundColor: withAlpha(color, alpha),
    },
  ]
}

/** Error bars of a series of points: a stem each, parted by gaps. */
function barsOf(
  series: ChartSeries,
  options: ChartOptions,
  dark: boolean,
  emphasis: Emphasis,
): LineDataset[] {
  const { low, high } = series
  if (series.kind !== 'points' || !low || !high) return []
  const { color } = lineStyle(series.style, dark)
  const stems = series.x.map((x, index) => [
    ...points([x, x], [low[index], high[index]], options),
    { x, y: NaN },
  ])
  return [
    {
      ...HIDDEN_EDGE,
      label: `${series.label} bars`,
      data: stems.flat(),
      borderWidth: 1.25,
      borderColor: emphasis === 'faded' ? withAlpha(color, 0.2) : color,
      fill: false,
    },
  ]
}

export type Emphasis = 'plain' | 'raised' | 'faded'

/** How much a series stands out while a group is highlighted; all alike while none is. */
export function emphasisOf(series: ChartSeries, highlighted: string | null): Emphasis {
  if (highlighted === null) return 'plain'
  return (series.group ?? series.key) === highlighted ? 'raised' : 'faded'
}

/** Datasets: bands at the back, faint lines, then lines on top, the highlighted one above all. */
export function datasetsOf(
  series: readonly ChartSeries[],
  options: ChartOptions,
  dark: boolean,
  highlighted: string | null = null,
): LineDataset[] {
  const own = highlighted !== null && series.some((each) => (each.group ?? each.key) === highlighted)
  const of = (each: ChartSeries) => emphasisOf(each, own ? highlighted : null)
  const back = series
    .filter((each) => !each.faint)
    .flatMap((each) => [...bandOf(each, options, dark, of(each)), ...barsOf(each, options, dark, of(each))])
  const order = (each: ChartSeries) => (of(each) === 'raised' ? 0 : each.faint ? 2 : 1)
  // `order` decides who lies on top; the position in the list decides what '-1' means.
  return [
    ...back.map((band) => ({ ...band, order: 3 })),
    ...series.map((each) => ({ ...lineOf(each, options, dark, of(each)), order: order(each) })),
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
        `${each.label}: ${each.x.length} ${each.x.length === 1 ? 'point' : 'points'}, from ` +
        `${format(ys[0])} to ${format(last.y)} at ${options.xTitle.toLowerCase()} ${last.x}; ` +
        `lowest ${format(low)}, highest ${format(high)}.`
      )
    })
    .join(' ')
}
