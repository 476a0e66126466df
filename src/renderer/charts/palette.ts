/**
 * The looks of lines on the screen: the colours, dashes and markers of the figures (shared/figure/palette),
 * in both themes, as one number each, so that a scheme looks the same in every chart, table and export.
 */
import type { PointStyle } from 'chart.js'
import { COLORS, DASHES, lookNames, MARKERS, stylesOf } from '../../shared/figure/palette.ts'
import type { Marker, Style } from '../../shared/figure/palette.ts'

export interface LineStyle {
  readonly color: string
  readonly dash: readonly number[]
  readonly marker: Marker
}

const COUNT = COLORS.light.length

/** Number that stands for a colour and a shape (dash and marker). */
export function styleNumber(color: number, shape: number): number {
  return (color % COUNT) + COUNT * shape
}

/** The number of a style of the figures. */
export function numberOfStyle(style: Style): number {
  const shape = MARKERS.indexOf(style.marker)
  const turn = (DASHES.indexOf(style.dash) - shape + DASHES.length) % DASHES.length
  return styleNumber(style.color, shape) + COUNT * MARKERS.length * Math.max(0, turn)
}

/** The look of a style number, in one of the themes. */
export function lineStyle(style: number, dark: boolean): LineStyle {
  const shape = Math.floor(style / COUNT) % MARKERS.length
  // Beyond the usual pairs, a dash goes with a marker that is not its own.
  const turn = Math.floor(style / (COUNT * MARKERS.length))
  return {
    color: COLORS[dark ? 'dark' : 'light'][style % COUNT],
    dash: DASHES[(shape + turn) % DASHES.length],
    marker: MARKERS[shape],
  }
}

/** Chart.js's name of a marker, and its turn in degrees. */
export function pointStyle(marker: Marker): { readonly style: PointStyle; readonly rotation: number } {
  const style = POINT_STYLES[marker]
  return { style, rotation: marker === 'triangle-down' ? 180 : 0 }
}

const POINT_STYLES = {
  circle: 'circle',
  square: 'rect',
  triangle: 'triangle',
  diamond: 'rectRot',
  cross: 'crossRot',
  plus: 'cross',
  star: 'star',
  'triangle-down': 'triangle',
} as const satisfies Record<Marker, PointStyle>

interface Styled {
  readonly labels: Readonly<Record<string, string>>
  readonly label: string
  readonly scheme?: string
}

/**
 * Styles of the rows of a comparison, in order: the scheme's own colour, dash and marker; rows of one scheme
 * that differ in something else share the colour and differ in dash and marker, unless all are of one.
 */
export function rowStyles(rows: readonly Styled[]): number[] {
  const lines = rows.map(({ labels, label, scheme }) => ({ scheme: scheme ?? labels.Scheme ?? label, label }))
  return stylesOf(lookNames(lines)).map(numberOfStyle)
}

/** The colour with an opacity of 0 … 1. */
export function withAlpha(color: string, alpha: number): string {
  return (
    color +
    Math.round(alpha * 255)
      .toString(16)
      .padStart(2, '0')
  )
}
