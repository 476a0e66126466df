/**
 * Colours that colour-blind readers can tell apart (after Okabe and Ito; darkened for white, lightened for
 * black grounds,
 * each at 3 : 1 or more against it), with a dash and a marker so that no line is known by colour alone. A
 * group keeps its
 * index, so that it looks the same in every chart.
 */

export interface LineStyle {
  readonly color: string
  readonly dash: readonly number[]
  readonly marker: 'circle' | 'rect' | 'triangle' | 'rectRot' | 'crossRot' | 'star'
}

const LIGHT = [
  '#0067a5',
  '#c44e00',
  '#00805b',
  '#a83f7c',
  '#7a6a00',
  '#2f8fc4',
  '#5b4bb3',
  '#4d4d4d',
] as const
const DARK = ['#56b4e9', '#f08c3c', '#2fc79a', '#e58fc0', '#e6d655', '#8fd0f5', '#b0a4f5', '#c8c8c8'] as const
const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3]] as const
const MARKERS = ['circle', 'rect', 'triangle', 'rectRot', 'crossRot', 'star'] as const

/** Number that stands for a colour and a shape (dash and marker). */
export function styleNumber(color: number, shape: number): number {
  return (color % LIGHT.length) + LIGHT.length * shape
}

/** The look of a style number, in one of the themes. */
export function lineStyle(style: number, dark: boolean): LineStyle {
  const colors = dark ? DARK : LIGHT
  const shape = Math.floor(style / colors.length)
  return {
    color: colors[style % colors.length],
    dash: DASHES[shape % DASHES.length],
    marker: MARKERS[shape % MARKERS.length],
  }
}

/**
 * Styles of the rows of a comparison: the scheme gives the colour, the other labels together give dash and
 * marker. Rows
 * that differ in one thing only differ in both.
 */
export function rowStyles(
  rows: readonly { readonly labels: Readonly<Record<string, string>>; readonly label: string }[],
): number[] {
  const schemes = new Map<string, number>()
  const others = new Map<string, number>()
  const numberOf = (known: Map<string, number>, name: string): number => {
    if (!known.has(name)) known.set(name, known.size)
    return known.get(name) ?? 0
  }
  const places = rows.map(({ labels, label }) => {
    const scheme = labels.Scheme ?? label
    const rest =
      labels.Scheme === undefined
        ? ''
        : Object.entries(labels)
            .filter(([axis]) => axis !== 'Scheme')
            .map(([, each]) => each)
            .join(' · ')
    return { color: numberOf(schemes, scheme), shape: numberOf(others, rest) }
  })
  return places.map(({ color, shape }) => styleNumber(color, others.size > 1 ? shape : color))
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
