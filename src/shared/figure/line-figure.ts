/** A figure of lines with bands as SVG: real text, light theme, dash and marker beside colour; data in, text out. */
import { BACKGROUNDS, COLORS, stylesOf } from './palette.ts'
import type { Marker, Style } from './palette.ts'
import { makeScale } from './scale.ts'
import type { Scale } from './scale.ts'

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
}

export interface LineFigure {
  readonly title: string
  readonly xLabel: string
  readonly yLabel: string
  readonly series: readonly FigureSeries[]
  /** Horizontal lines across the figure, e.g. the dense network. */
  readonly references?: readonly { readonly label: string; readonly y: number; readonly scheme?: string }[]
  readonly xLog?: boolean
  readonly yLog?: boolean
  readonly markers?: boolean
  readonly width?: number
  readonly height?: number
}

const MARGIN = { left: 64, top: 34, bottom: 46, gap: 14 }
const TEXT = '#1a1a1a'
const RULE = '#d9d9d9'
const LETTER_WIDTH = 6.3
const REFERENCE_DASH = [3, 3]

/** The figure as a standalone SVG document, default 640 × 400 pixels, with a title and a description for screen readers. */
export function lineFigure(figure: LineFigure): string {
  const { width = 640, height = 400, markers = true } = figure
  const references = figure.references ?? []
  const names = [...figure.series, ...references].map((each) => each.scheme ?? each.label)
  // References are dashed alike, whatever their scheme.
  const styles = stylesOf(names).map((style, index) => (
    index < figure.series.length ? style : { ...style, dash: REFERENCE_DASH }))
  const labels = [...figure.series, ...references].map((each) => each.label)
  const legend = 44 + LETTER_WIDTH * Math.max(0, ...labels.map((label) => label.length))
  const right = width - legend - MARGIN.gap
  const points = figure.series.flatMap((series) => series.points)
  const x = makeScale({ values: points.map((point) => point.x), log: figure.xLog ?? false, from: MARGIN.left, to: right })
  const ys = [...points.flatMap((point) => [point.y, point.low ?? NaN, point.high ?? NaN]), ...references.map((each) => each.y)]
  const y = makeScale({ values: ys, log: figure.yLog ?? false, from: height - MARGIN.bottom, to: MARGIN.top })
  const parts = [
    ...axes(figure, x, y, right, height),
    ...figure.series.map((series, index) => band(series, x, y, styles[index])),
    ...references.map((each, index) => referenceLine(y.place(each.y), right, styles[figure.series.length + index])),
    ...figure.series.map((series, index) => line(series, x, y, styles[index], markers)),
    ...labels.map((label, index) => legendEntry(label, right + MARGIN.gap, MARGIN.top + 8 + 18 * index, styles[index],
      markers && index < figure.series.length)),
  ]
  const description = `${figure.yLabel} against ${figure.xLabel}: ${labels.join(', ')}.`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" ` +
    `font-family="Helvetica, Arial, sans-serif" font-size="12" fill="${TEXT}">`,
    `<title>${xml(figure.title)}</title>`, `<desc>${xml(description)}</desc>`,
    `<rect width="${width}" height="${height}" fill="${BACKGROUNDS.light}"/>`,
    ...parts.filter((part) => part !== ''), '</svg>', '',
  ].join('\n')
}

/** Text made safe for XML; characters that XML has no place for are dropped. */
export function xml(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

const n = (value: number) => String(Number(value.toFixed(2)))

function axes(figure: LineFigure, x: Scale, y: Scale, right: number, height: number): string[] {
  const bottom = height - MARGIN.bottom
  const middle = (MARGIN.left + right) / 2
  return [
    ...x.ticks.flatMap((tick) => [
      `<line x1="${n(x.place(tick.value))}" y1="${bottom}" x2="${n(x.place(tick.value))}" y2="${bottom + 5}" stroke="${TEXT}"/>`,
      `<text x="${n(x.place(tick.value))}" y="${bottom + 18}" text-anchor="middle">${xml(tick.label)}</text>`,
    ]),
    ...y.ticks.flatMap((tick) => [
      `<line x1="${MARGIN.left}" y1="${n(y.place(tick.value))}" x2="${n(right)}" y2="${n(y.place(tick.value))}" stroke="${RULE}"/>`,
      `<text x="${MARGIN.left - 8}" y="${n(y.place(tick.value) + 4)}" text-anchor="end">${xml(tick.label)}</text>`,
    ]),
    `<path d="M${MARGIN.left} ${MARGIN.top}V${bottom}H${n(right)}" fill="none" stroke="${TEXT}"/>`,
    `<text x="${n(middle)}" y="18" text-anchor="middle" font-size="14" font-weight="bold">${xml(figure.title)}</text>`,
    `<text x="${n(middle)}" y="${height - 10}" text-anchor="middle">${xml(figure.xLabel)}</text>`,
    `<text transform="translate(16 ${n((MARGIN.top + bottom) / 2)}) rotate(-90)" text-anchor="middle">${xml(figure.yLabel)}</text>`,
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

function band(series: FigureSeries, x: Scale, y: Scale, style: Style): string {
  const edges = series.points.map((point) => ({ x: x.place(point.x), low: y.place(point.low ?? NaN), high: y.place(point.high ?? NaN) }))
  const paths = pieces(edges, (edge) => !Number.isFinite(edge.x + edge.low + edge.high)).filter((piece) => piece.length > 1)
  if (paths.length === 0) return ''
  const d = paths.map((piece) => `M${piece.map((edge) => `${n(edge.x)} ${n(edge.high)}`).join('L')}` +
    `L${[...piece].reverse().map((edge) => `${n(edge.x)} ${n(edge.low)}`).join('L')}Z`).join('')
  return `<path d="${d}" fill="${COLORS.light[style.color]}" fill-opacity="0.15"/>`
}

function line(series: FigureSeries, x: Scale, y: Scale, style: Style, markers: boolean): string {
  const places = series.points.map((point) => ({ x: x.place(point.x), y: y.place(point.y) }))
  const drawn = pieces(places, (place) => !Number.isFinite(place.x + place.y))
  if (drawn.length === 0) return ''
  const color = COLORS.light[style.color]
  const d = drawn.map((piece) => `M${piece.map((place) => `${n(place.x)} ${n(place.y)}`).join('L')}`).join('')
  const marks = markers ? drawn.flat().map((place) => markerPath(style.marker, place.x, place.y)).join('') : ''
  return `<g stroke="${color}" stroke-width="1.8"><path d="${d}" fill="none" stroke-linejoin="round"${dashOf(style)}/>` +
    `${marks === '' ? '' : `<path d="${marks}" fill="${BACKGROUNDS.light}"/>`}</g>`
}

function referenceLine(y: number, right: number, style: Style): string {
  if (!Number.isFinite(y)) return ''
  return `<line x1="${MARGIN.left}" y1="${n(y)}" x2="${n(right)}" y2="${n(y)}" stroke="${COLORS.light[style.color]}" ` +
    `stroke-width="1.4"${dashOf(style)}/>`
}

function legendEntry(label: string, x: number, y: number, style: Style, marker: boolean): string {
  const color = COLORS.light[style.color]
  const mark = marker ? `<path d="${markerPath(style.marker, x + 13, y)}" fill="${BACKGROUNDS.light}"/>` : ''
  return `<g stroke="${color}" stroke-width="1.8"><path d="M${n(x)} ${n(y)}h26" fill="none"${dashOf(style)}/>${mark}</g>` +
    `<text x="${n(x + 32)}" y="${n(y + 4)}">${xml(label)}</text>`
}

const dashOf = (style: Style) => (style.dash.length === 0 ? '' : ` stroke-dasharray="${style.dash.join(' ')}"`)

/** SVG path of a marker about 7 pixels wide. */
export function markerPath(marker: Marker, x: number, y: number): string {
  const at = (dx: number, dy: number) => `${n(x + dx)} ${n(y + dy)}`
  switch (marker) {
    case 'circle': return `M${at(-3.5, 0)}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0Z`
    case 'square': return `M${at(-3.2, -3.2)}h6.4v6.4h-6.4Z`
    case 'triangle': return `M${at(0, -4)}L${at(4, 3)}L${at(-4, 3)}Z`
    case 'triangle-down': return `M${at(0, 4)}L${at(4, -3)}L${at(-4, -3)}Z`
    case 'diamond': return `M${at(0, -4.4)}L${at(4.4, 0)}L${at(0, 4.4)}L${at(-4.4, 0)}Z`
    case 'cross': return `M${at(-3.2, -3.2)}l6.4 6.4M${at(-3.2, 3.2)}l6.4 -6.4`
    case 'plus': return `M${at(-4, 0)}h8M${at(0, -4)}v8`
    case 'star': return `M${at(-4, 0)}h8M${at(-2, -3.5)}l4 7M${at(-2, 3.5)}l4 -7`
  }
}
