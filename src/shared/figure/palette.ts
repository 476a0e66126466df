/**
 * How a scheme looks, in every chart and both themes: its colour by the weight scheme, its dash and marker by
 * the density distribution, so that ERK-EOI is the same line wherever it stands and no meaning hangs on
 * colour alone.
 */

import { methodsOf } from '../methods/registry.ts'

export const MARKERS = [
  'circle',
  'square',
  'triangle',
  'diamond',
  'cross',
  'plus',
  'star',
  'triangle-down',
] as const
export type Marker = (typeof MARKERS)[number]

export interface Style {
  /** Index into COLORS of either theme. */
  readonly color: number
  /** Lengths of line and gap in pixels; empty for a solid line. */
  readonly dash: readonly number[]
  readonly marker: Marker
}

/**
 * Eight colours a theme, begun from Okabe & Ito's blue and vermilion and found by search: each has a contrast
 * of at least 3 to 1 with the background (WCAG 1.4.11), and the schemes' six stay apart for red-green blind
 * eyes (the test simulates them).
 */
export const COLORS = {
  light: ['#0072b2', '#d55e00', '#2e9e71', '#862760', '#1a1a1a', '#5a3dff', '#65410b', '#7a7a7a'],
  dark: ['#5cb8f5', '#ff8b3d', '#7df09a', '#c94c86', '#f2f2f2', '#8f5bff', '#f0e442', '#9e9e9e'],
} as const
export type Theme = keyof typeof COLORS
export const BACKGROUNDS: Readonly<Record<Theme, string>> = { light: '#ffffff', dark: '#15181d' }

export const DASHES: readonly (readonly number[])[] = [
  [],
  [7, 3],
  [2, 3],
  [9, 3, 2, 3],
  [12, 4],
  [4, 2],
  [1, 2],
  [6, 2, 1, 2, 1, 2],
]

/**
 * The style of a scheme's name (`ERK-EOI`, `SAO`, `Dense`, `ERK-EOI + RigL`); null for names that are none.
 */
export function schemeStyle(name: string): Style | null {
  const published = name.endsWith(' (published)')
  // What stands in brackets tells more of a scheme (`ERK-AI (200 steps)`) and makes no other of it.
  const [scheme, method] = name.replaceAll(/ \([^)]*\)/g, '').split(' + ')
  const look = lookOf(scheme)
  if (look === null) return null
  const shift =
    method === undefined ? 0 : (methodsOf('dynamic').find(({ title }) => title === method)?.style?.shift ?? 1)
  const place = look.place + shift + (published || method !== undefined ? 1 : 0)
  return {
    color: look.color,
    dash: DASHES[place % DASHES.length],
    marker: MARKERS[place % MARKERS.length],
  }
}

/** Name of the frontier of a Pareto chart, grey where no scheme is. */
export const FRONTIER = 'Frontier'

/** Name of the look of target lines. */
export const TARGET = 'Target'

/** Colour and place of `ERK-EOI`, `SAO`, `Dense`, `Dense-AI`; null for what is neither. */
function lookOf(name: string): { readonly color: number; readonly place: number } | null {
  if (name === FRONTIER) return { color: 7, place: 0 }
  if (name === TARGET) return { color: 6, place: 0 }
  const distributions = methodsOf('distribution')
  const own = distributions.find(
    ({ title, style }) =>
      style?.color !== undefined &&
      (name === title || name.startsWith(`${title}-`) || name.startsWith(`${title}, `)),
  )
  if (own?.style?.color !== undefined) return { color: own.style.color, place: 0 }
  for (const { title, style } of methodsOf('scheme')) {
    if (!style) continue
    if (name === title) return { color: style.color, place: 0 }
    if (!name.endsWith(`-${title}`)) continue
    const before = name.slice(0, -title.length - 1)
    const place = distributions.find((each) => each.title === before)?.style?.place
    if (place !== undefined) return { color: style.color, place }
  }
  return null
}

/** By what lines look: their scheme, or, where all are of one (angles, models), what they are called. */
export function lookNames(lines: readonly { readonly scheme: string; readonly label: string }[]): string[] {
  const differ = lines.length < 2 || new Set(lines.map(({ scheme }) => scheme)).size > 1
  return lines.map(({ scheme, label }) => (differ ? scheme : label))
}

/**
 * The n-th style for series that are no schemes (angles, models); all eight differ in colour, dash and
 * marker.
 */
export function indexStyle(index: number): Style {
  const place = index % MARKERS.length
  // Beyond eight, colours go round against dashes and markers, so that no pair comes again before 64.
  return { color: (index + Math.floor(index / 8)) % 8, dash: DASHES[place], marker: MARKERS[place] }
}

/**
 * Styles of the series of one chart, all different up to 512: schemes keep their own; a duplicate keeps its
 * colour and takes the next free marker and dash, and another colour where all eight are taken; the rest take
 * the free looks in order.
 */
export function stylesOf(names: readonly string[]): Style[] {
  const taken = new Set<string>()
  const take = (style: Style) => {
    taken.add(keyOf(style))
    return style
  }
  const isFree = (style: Style) => !taken.has(keyOf(style))
  const own = names.map((name) => {
    const style = schemeStyle(name)
    return style !== null && isFree(style) ? take(style) : style
  })
  const firstOf = new Set<string>()
  return own.map((style) => {
    if (style !== null && !firstOf.has(keyOf(style))) {
      firstOf.add(keyOf(style))
      return style
    }
    const looks = style === null ? LOOKS : [...ofColor(style.color), ...LOOKS]
    // When every look is taken they come again.
    return take(looks.find(isFree) ?? looks[0])
  })
}

const ofColor = (color: number): Style[] =>
  MARKERS.map((marker, place) => ({ color, dash: DASHES[place], marker }))

/** The 64 looks that differ in colour, dash and marker, then those that pair dashes with other markers. */
const LOOKS: readonly Style[] = Array.from({ length: 8 * 64 }, (_, index) => {
  const look = indexStyle(index % 64)
  const place = MARKERS.indexOf(look.marker) + Math.floor(index / 64)
  return { ...look, dash: DASHES[place % DASHES.length] }
})

const keyOf = (style: Style) => `${style.color} ${DASHES.indexOf(style.dash)} ${style.marker}`

/** WCAG contrast of two colours `#rrggbb`, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = parseInt(color.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
