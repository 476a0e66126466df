/**
 * Colours that colour-blind readers can tell apart (after Okabe and Ito; darkened for white, lightened for black grounds,
 * each at 3 : 1 or more against it), with a dash and a marker so that no line is known by colour alone. A group keeps its
 * index, so that it looks the same in every chart.
 */

export interface LineStyle {
  readonly color: string
  readonly dash: readonly number[]
  readonly marker: 'circle' | 'rect' | 'triangle' | 'rectRot' | 'crossRot' | 'star'
}

const LIGHT = ['#0067a5', '#c44e00', '#00805b', '#a83f7c', '#7a6a00', '#2f8fc4', '#5b4bb3', '#4d4d4d'] as const
const DARK = ['#56b4e9', '#f08c3c', '#2fc79a', '#e58fc0', '#e6d655', '#8fd0f5', '#b0a4f5', '#c8c8c8'] as const
const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3]] as const
const MARKERS = ['circle', 'rect', 'triangle', 'rectRot', 'crossRot', 'star'] as const

/** The style of the group with this index, in one of the themes. */
export function lineStyle(index: number, dark: boolean): LineStyle {
  const colors = dark ? DARK : LIGHT
  return {
    color: colors[index % colors.length],
    dash: DASHES[(index + Math.floor(index / colors.length)) % DASHES.length],
    marker: MARKERS[index % MARKERS.length],
  }
}

/** The colour with an opacity of 0 … 1. */
export function withAlpha(color: string, alpha: number): string {
  return color + Math.round(alpha * 255).toString(16).padStart(2, '0')
}
