/**
 * A figure of lines with bands as SVG: real text, light theme, dash and marker beside colour; data in, text
 * out.
 */
import { clippedArea, clippedLine, isIn } from './clip.ts'
import type { Box } from './clip.ts'
import { captionHeight, captionLines, drawCaption, svgDocument, TEXT } from './document.ts'
import { BACKGROUNDS, COLORS, lookNames, stylesOf } from './palette.ts'
import type { Style } from './palette.ts'
import { LETTER_WIDTH, thinnedPlaces, withRoom, xLabelWithin } from './room.ts'
import { makeScale } from './scale.ts'
import type { Scale } from './scale.ts'
import { element, label, letterCount, markerPath, short, xml } from './svg.ts'

export interface FigurePoint {
  readonly x: number
  /** Not finite: a gap in the line. */
  readonly y: number
  readonly low?: number
  readonly high?: number
}

export interface FigureSeries {
  readonly label: string
  /** Name that the style is stable by; the label when left out. */
  readonly scheme?: string
  readonly points: readonly FigurePoint[]
  /** Left out: a line with a band. `points`: marks with error bars. `bare`: a line without marks. */
  readonly kind?: 'points' | 'bare'
  /** Thin and faint behind the line of this label, not in the legend: its raw mean, or one of its runs. */
  readonly behind?: 'raw' | 'run'
}

export type Ends = readonly [number | null, number | null]

export interface LineFigure {
  readonly title: string
  readonly xLabel: string
  readonly yLabel: string
  readonly series: readonly FigureSeries[]
  /** Horizontal lines across the figure, e.g. the dense network. */
  readonly references?: readonly { readonly label: string; readonly y: number; readonly scheme?: string }[]
  /** Places on the horizontal axis with a dotted line up, e.g. the ends of rounds. */
  readonly marks?: readonly number[]
  /** Of which the vertical axis shows means: where lines of references and targets belong. */
  readonly metric?: string
  readonly xLog?: boolean
  readonly yLog?: boolean
  /** Values that the axis shows at least; what lies beyond widens it. */
  readonly xRange?: readonly [number, number]
  readonly yRange?: readonly [number, number]
  /** Beyond which the vertical axis never goes, whatever bands say: 0 … 1 of an accuracy. */
  readonly yLimits?: readonly [number, number]
  readonly markers?: boolean
  readonly width?: number
  readonly height?: number
  /** Stands under the figure, wrapped: n, the kind of band, what was left out. */
  readonly caption?: string
  /** False: no legend, and its place is the plot's (panels share one). */
  readonly legend?: boolean
  /** Left out: beside the plot unless its labels leave too little of that. */
  readonly legendPlace?: 'beside' | 'beneath' | 'none'
  /** False: no title above. */
  readonly titled?: boolean
  /** Ends of the axes that are given; null for those that follow the values. Lines are cut there. */
  readonly xFixed?: Ends
  readonly yFixed?: Ends
}

const MARGIN = { left: 64, top: 34, bottom: 46, gap: 14 }
const RULE = '#d9d9d9'
const LEGEND_LINE = 18
/** Most of the width that a legend beside the plot takes. */
const LEGEND_SHARE = 0.4
const REFERENCE_DASH = [3, 3]

/**
 * The figure as a standalone SVG document, default 640 × 400 pixels and higher where the legend or the
 * caption needs it, with a title and a description for screen readers.
 */
export function lineFigure(figure: LineFigure, unit = 1): string {
  const { parts, width, height } = drawFigure(figure)
  const caption = captionLines(figure.caption, width)
  const drawn = [...parts, ...drawCaption(caption, height)]
  return svgDocument(width, height + captionHeight(caption), drawn, unit)
}

/** The parts of a figure in a frame of its own, without document and caption. */
export function drawFigure(figure: LineFigure): { parts: string[]; width: number; height: number } {
  const { width = 640, markers = true, series } = figure
  const references = figure.references ?? []
  const styles = figureStyles(figure)
  const labels = legendLabels(figure)
  const shown = figure.legend ?? true
  // Labels that would leave the plot less than it needs stand beneath it, in lines as wide as the figure.
  const place = figure.legendPlace ?? (legendWidth(labels) > LEGEND_SHARE * width ? 'beneath' : 'beside')
  const beneath = shown && place === 'beneath'
  const beside = shown && !beneath
  const lines = beneath ? wrapped(labels, width - MARGIN.left - 46) : []
  const top = topOf(figure)
  const plot = Math.max(figure.height ?? 400, beside ? top + MARGIN.bottom + 18 * labels.length : 0)
  const height = plot + (beneath ? LEGEND_LINE * lines.flat().length + 10 : 0)
  const right = width - (beside ? legendWidth(labels) + MARGIN.gap : MARGIN.gap)
  const points = series.flatMap((each) => each.points)
  const xs = points.map((point) => point.x)
  const ys = points.flatMap((point) => [point.y, point.low ?? NaN, point.high ?? NaN])
  const ends = { limits: figure.yLimits, fixed: figure.yFixed }
  const x = makeScale({
    fixed: figure.xFixed,
    values: [...xs, ...(figure.xRange ?? [])],
    log: figure.xLog ?? false,
    from: MARGIN.left,
    to: right,
  })
  const y = makeScale({
    values: [...ys, ...references.map((each) => each.y), ...(figure.yRange ?? [])],
    log: figure.yLog ?? false,
    from: plot - MARGIN.bottom,
    to: top,
    ...ends,
  })
  const box = { left: MARGIN.left, right, top, bottom: plot - MARGIN.bottom }
  const parts = [
    element('title', {}, xml(figure.title)),
    element('desc', {}, xml(`${figure.yLabel} against ${figure.xLabel}: ${labels.join(', ')}.`)),
    ...axes(figure, x, y, right, plot),
    ...(figure.marks ?? []).map((at) => markLine(x.place(at), box)),
    ...series.map((each, index) => faintLine(each, x, y, styles[index], box)),
    ...series.map((each, index) => (each.kind === 'points' ? bars : band)(each, x, y, styles[index], box)),
    ...references.map((each, index) => referenceLine(y.place(each.y), box, styles[series.length + index])),
    ...series.map((each, index) => (each.behind ? '' : line(each, x, y, styles[index], markers, box))),
    ...(beside ? drawLegend(figure, right + MARGIN.gap, top + 8) : []),
    ...(beneath ? drawLegend(figure, MARGIN.left, plot + 8, lines) : []),
  ]
  return { parts: parts.filter((part) => part !== ''), width, height }
}

/** Labels of the lines that the legend names, references last. */
export function legendLabels({ series, references = [] }: LineFigure): string[] {
  return [...series.filter(({ behind }) => !behind), ...references].map((each) => each.label)
}

/** The labels in lines of so many pixels, parted at spaces. */
function wrapped(labels: readonly string[], pixels: number): string[][] {
  const most = Math.max(12, Math.floor(pixels / LETTER_WIDTH))
  return labels.map((words) => {
    const lines: string[] = []
    for (const word of words
      .split(/\s+/)
      .flatMap((each) => each.match(new RegExp(`.{1,${most}}`, 'gu')) ?? [])) {
      const last = lines.at(-1)
      if (last !== undefined && letterCount(last) + 1 + letterCount(word) <= most)
        lines[lines.length - 1] = `${last} ${word}`
      else lines.push(word)
    }
    return lines.length > 0 ? lines : ['']
  })
}

/** The entries from (x, y) down, a line each, or as many as `lines` has for each. */
export function drawLegend(
  figure: LineFigure,
  x: number,
  y: number,
  lines: readonly (readonly string[])[] = legendLabels(figure).map((label) => [label]),
): string[] {
  const { markers = true, series, references = [] } = figure
  const styles = figureStyles(figure).filter((_, index) => !series[index]?.behind)
  const kinds = [
    ...series.filter(({ behind }) => !behind).map(({ kind }) => kind),
    ...references.map(() => 'bare' as const),
  ]
  let line = 0
  return lines.flatMap(([first = '', ...rest], index) => {
    const kind = kinds[index]
    const at = y + LEGEND_LINE * line
    line += 1 + rest.length
    return [
      legendEntry(first, x, at, styles[index], markers && kind !== 'bare', kind),
      ...rest.map((words, more) => label(words, { x: x + 32, y: at + LEGEND_LINE * (more + 1) + 4 })),
    ]
  })
}

/** What draws each entry of the legend at a place. */
export function legendEntries(figure: LineFigure): ((x: number, y: number) => string)[] {
  const { markers = true, series, references = [] } = figure
  const styles = figureStyles(figure).filter((_, index) => !series[index]?.behind)
  const kinds = [
    ...series.filter(({ behind }) => !behind).map(({ kind }) => kind),
    ...references.map(() => 'bare' as const),
  ]
  return legendLabels(figure).map(
    (words, index) => (x: number, y: number) =>
      legendEntry(words, x, y, styles[index], markers && kinds[index] !== 'bare', kinds[index]),
  )
}

/** Pixels that a legend of these words takes. */
export function legendWidth(labels: readonly string[]): number {
  return 44 + LETTER_WIDTH * Math.max(0, ...labels.map(letterCount))
}

/** Styles of the series and then of the references; references are dashed alike, whatever their scheme. */
export function figureStyles({ series, references = [] }: LineFigure): Style[] {
  const main = series.filter(({ behind }) => !behind)
  const own = stylesOf([
    ...lookNames(main.map(({ scheme, label }) => ({ scheme: scheme ?? label, label }))),
    ...references.map(({ scheme, label }) => scheme ?? label),
  ])
  const byLabel = new Map(main.map((each, index) => [each.label, own[index]]))
  let next = 0
  return [
    ...series.map((each) => (each.behind ? (byLabel.get(each.label) ?? own[0]) : own[next++])),
    ...references.map((_, index) => ({ ...own[main.length + index], dash: REFERENCE_DASH })),
  ]
}

const topOf = ({ titled }: LineFigure) => (titled === false ? 12 : MARGIN.top)

function axes(figure: LineFigure, x: Scale, y: Scale, right: number, height: number): string[] {
  const bottom = height - MARGIN.bottom
  const center = (MARGIN.left + right) / 2
  const top = topOf(figure)
  const middle = (top + bottom) / 2
  const anchor = { 'text-anchor': 'middle' }
  return [
    ...x.ticks.map(({ value }) => {
      const at = x.place(value)
      return element('line', { x1: at, y1: bottom, x2: at, y2: bottom + 5, stroke: TEXT })
    }),
    ...withRoom(
      x.ticks,
      ({ value }) => x.place(value),
      (tick) => LETTER_WIDTH * letterCount(tick.label),
    ).map((tick) => label(tick.label, { x: x.place(tick.value), y: bottom + 18, ...anchor })),
    minorTicks(x.minor, (at) => `M${short(at)} ${short(bottom)}v3`),
    minorTicks(y.minor, (at) => `M${MARGIN.left} ${short(at)}h-3`),
    ...y.ticks.flatMap((tick) => {
      const at = y.place(tick.value)
      return [
        element('line', { x1: MARGIN.left, y1: at, x2: right, y2: at, stroke: RULE }),
        label(tick.label, { x: MARGIN.left - 8, y: at + 4, 'text-anchor': 'end' }),
      ]
    }),
    element('path', {
      d: `M${MARGIN.left} ${top}V${bottom}H${short(right)}`,
      fill: 'none',
      stroke: TEXT,
    }),
    ...(figure.titled === false ? [] : [figure.title]).map((title) =>
      label(title, { x: center, y: 18, ...anchor, 'font-size': 14, 'font-weight': 'bold' }),
    ),
    xLabelWithin(figure.xLabel, figure.width ?? 640, { x: center, y: height - 10 }),
    label(figure.yLabel, { transform: `translate(16 ${short(middle)}) rotate(-90)`, ...anchor }),
  ]
}

/** Runs of points that can be drawn; what is not finite parts them. */
function pieces<Item>(items: readonly Item[], isGap: (item: Item) => boolean): Item[][] {
  const all: Item[][] = [[]]
  for (const item of items) {
    if (isGap(item)) all.push([])
    else all[all.length - 1].push(item)
  }
  return all.filter((piece) => piece.length > 0)
}

const pathThrough = (places: readonly { x: number; y: number }[]) =>
  places.map(({ x, y }) => `${short(x)} ${short(y)}`).join('L')

function band(series: FigureSeries, x: Scale, y: Scale, style: Style, box: Box): string {
  if (series.behind) return ''
  const edges = series.points.map((point) => ({
    x: x.place(point.x),
    low: y.place(point.low ?? NaN),
    high: y.place(point.high ?? NaN),
  }))
  const d = pieces(edges, (edge) => !Number.isFinite(edge.x + edge.low + edge.high))
    .filter((piece) => piece.length > 1)
    .map((piece) => {
      const there = piece.map((edge) => ({ x: edge.x, y: edge.high }))
      const back = [...piece].reverse().map((edge) => ({ x: edge.x, y: edge.low }))
      const area = clippedArea([...there, ...back], box)
      return area.length > 2 ? `M${pathThrough(area)}Z` : ''
    })
    .join('')
  return d === '' ? '' : element('path', { d, fill: COLORS.light[style.color], 'fill-opacity': 0.15 })
}

function minorTicks(places: readonly number[], draw: (place: number) => string): string {
  return places.length === 0
    ? ''
    : element('path', { d: places.map(draw).join(''), stroke: TEXT, fill: 'none' })
}

/** Error bars with caps. */
function bars(series: FigureSeries, x: Scale, y: Scale, style: Style, box: Box): string {
  const d = series.points
    .map((point) => ({
      x: x.place(point.x),
      low: y.place(point.low ?? NaN),
      high: y.place(point.high ?? NaN),
    }))
    .filter((edge) => Number.isFinite(edge.x + edge.low + edge.high) && edge.low !== edge.high)
    .filter((edge) => isIn({ x: edge.x, y: edge.low }, box) && isIn({ x: edge.x, y: edge.high }, box))
    .map(({ x: at, low, high }) => {
      const stem = `M${short(at)} ${short(low)}V${short(high)}`
      return `${stem}M${short(at - 3)} ${short(low)}h6M${short(at - 3)} ${short(high)}h6`
    })
    .join('')
  return d === '' ? '' : element('path', { d, fill: 'none', stroke: COLORS.light[style.color] })
}

function line(series: FigureSeries, x: Scale, y: Scale, style: Style, markers: boolean, box: Box): string {
  const places = series.points.map((point) => ({ x: x.place(point.x), y: y.place(point.y) }))
  const drawn = pieces(places, (place) => !Number.isFinite(place.x + place.y))
  const d = drawn
    .flatMap((piece) => clippedLine(piece, box))
    .map((piece) => `M${pathThrough(piece)}`)
    .join('')
  if (drawn.length === 0) return ''
  const marks =
    markers && series.kind !== 'bare'
      ? marked(drawn.flat(), series.kind)
          .filter((place) => isIn(place, box))
          .map((place) => markerPath(style.marker, place.x, place.y))
          .join('')
      : ''
  const path = element('path', { d, fill: 'none', 'stroke-linejoin': 'round', ...dashOf(style) })
  return stroked(style, series.kind === 'points' || d === '' ? '' : path, marks)
}

/** Places that have a marker: of a curve those that can be told apart. */
const marked = (places: readonly { x: number; y: number }[], kind: FigureSeries['kind']) =>
  kind === 'points' ? places : thinnedPlaces(places, 11)

/** A line behind its mean: thin and faint. */
function faintLine(series: FigureSeries, x: Scale, y: Scale, style: Style, box: Box): string {
  if (!series.behind) return ''
  const places = series.points.map((point) => ({ x: x.place(point.x), y: y.place(point.y) }))
  const d = pieces(places, (place) => !Number.isFinite(place.x + place.y))
    .flatMap((piece) => clippedLine(piece, box))
    .map((piece) => `M${pathThrough(piece)}`)
    .join('')
  const stroke = { stroke: COLORS.light[style.color], 'stroke-width': 0.8, 'stroke-opacity': 0.4 }
  return d === '' ? '' : element('path', { d, fill: 'none', ...stroke })
}

function referenceLine(y: number, box: Box, style: Style): string {
  if (!isIn({ x: box.left, y }, box)) return ''
  const ends = { x1: box.left, y1: y, x2: box.right, y2: y }
  return element('line', {
    ...ends,
    stroke: COLORS.light[style.color],
    'stroke-width': 1.4,
    ...dashOf(style),
  })
}

function markLine(x: number, box: Box): string {
  if (!isIn({ x, y: box.top }, box)) return ''
  return element('path', {
    d: `M${short(x)} ${short(box.top)}V${short(box.bottom)}`,
    stroke: '#999',
    'stroke-dasharray': '1 3',
  })
}

function legendEntry(
  words: string,
  x: number,
  y: number,
  style: Style,
  marker: boolean,
  kind: FigureSeries['kind'],
): string {
  const d = `M${short(x)} ${short(y)}h26`
  const sample = kind === 'points' ? '' : element('path', { d, fill: 'none', ...dashOf(style) })
  const mark = marker ? markerPath(style.marker, x + 13, y) : ''
  return stroked(style, sample, mark) + label(words, { x: x + 32, y: y + 4 })
}

function stroked(style: Style, path: string, marks: string): string {
  const filled = marks === '' ? '' : element('path', { d: marks, fill: BACKGROUNDS.light })
  return element('g', { stroke: COLORS.light[style.color], 'stroke-width': 1.8 }, path + filled)
}

const dashOf = (style: Style) => ({
  'stroke-dasharray': style.dash.length === 0 ? undefined : style.dash.join(' '),
})
