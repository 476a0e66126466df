/** Sheets of one figure, one for each value of a facet, as the panels of a single sheet. */
import type { FigureSeries, LineFigure } from './line-figure.ts'
import type { FigureSheet } from './sheet.ts'

/**
 * All panels with the same lines in the same order and looks, absent ones empty, and with one vertical axis,
 * so that they can be compared by eye. The caption is the first sheet's, and names the facet.
 */
export function facetSheet(
  facet: string,
  sheets: readonly { readonly value: string; readonly sheet: FigureSheet }[],
): FigureSheet {
  const first = sheets[0].sheet
  const kinds = first.panels.map(({ title }) => title)
  const kindOf = sheets.flatMap(({ sheet }) => sheet.panels.map(({ title }) => kinds.indexOf(title)))
  const alike = alignedPanels(
    sheets.flatMap(({ value, sheet }) =>
      sheet.panels.map((panel) => ({
        ...panel,
        caption: undefined,
        title: sheet.panels.length > 1 ? `${value}: ${panel.title}` : value,
      })),
    ),
  )
  const panels = alike.map((panel, index) => ({
    ...panel,
    yRange: rangeOf(alike.filter((_, other) => kindOf[other] === kindOf[index])),
  }))
  const captions = sheets.map(({ sheet }) => sheet.caption ?? sheet.panels.at(-1)?.caption ?? '')
  const caption = [...new Set(captions)].length === 1 ? captions[0] : captions.find((each) => each !== '')
  return {
    title: `${first.title} by ${facet}`,
    panels,
    caption: `One panel for each value of ${facet}. ${caption ?? ''}`.trim(),
  }
}

/** The panels with the lines and references of all of them, in one order. */
export function alignedPanels<Panel extends LineFigure>(panels: readonly Panel[]): Panel[] {
  const lines = new Map<string, FigureSeries>()
  for (const series of panels.flatMap((panel) => panel.series.filter(({ behind }) => !behind)))
    if (!lines.has(series.label)) lines.set(series.label, { ...series, points: [] })
  const references = new Map(
    panels.flatMap((panel) => (panel.references ?? []).map((each) => [each.label, { ...each, y: NaN }])),
  )
  return panels.map((panel) => ({
    ...panel,
    series: [
      ...panel.series.filter(({ behind }) => behind),
      ...[...lines].map(
        ([label, empty]) => panel.series.find((each) => !each.behind && each.label === label) ?? empty,
      ),
    ],
    references: [...references].map(
      ([label, empty]) => panel.references?.find((each) => each.label === label) ?? empty,
    ),
  }))
}

/** Lowest and highest value of all lines, bands and references; undefined where there are none. */
function rangeOf(panels: readonly LineFigure[]): readonly [number, number] | undefined {
  const values = panels
    .flatMap(({ series, references = [] }) => [
      ...series.flatMap(({ points }) => points.flatMap(({ y, low, high }) => [y, low ?? NaN, high ?? NaN])),
      ...references.map(({ y }) => y),
    ])
    .filter(Number.isFinite)
  if (values.length === 0) return undefined
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]
}
