/**
 * A figure as data: panels of lines, or a plot of another kind. The window draws it, exports write it, CSV
 * lists it.
 */
import { csvLine } from '../format/csv.ts'
import { drawPlot } from './draw-plot.ts'
import { lineFigure } from './line-figure.ts'
import type { LineFigure } from './line-figure.ts'
import { withLook } from './look.ts'
import type { FigureLook } from './look.ts'
import { panelFigure } from './panels.ts'
import { plotCsv } from './plot.ts'
import type { Plot } from './plot.ts'
import { sizeOf } from './size.ts'

export interface FigureSheet {
  readonly title: string
  readonly panels: readonly LineFigure[]
  /** In place of panels, of which there are none then. */
  readonly plot?: Plot
  readonly caption?: string
}

/** A sheet of a single panel. */
export function sheetOf(figure: LineFigure): FigureSheet {
  return { title: figure.title, panels: [figure], caption: figure.caption }
}

/** The sheet without some lines, by their labels. */
export function withoutLines(sheet: FigureSheet, labels: readonly string[]): FigureSheet {
  if (labels.length === 0) return sheet
  const shown = ({ label }: { readonly label: string }) => !labels.includes(label)
  const panels = sheet.panels.map((panel) => ({
    ...panel,
    series: panel.series.filter(shown),
    ...(panel.references ? { references: panel.references.filter(shown) } : {}),
  }))
  return { ...sheet, panels }
}

/** The sheet as an SVG document, with the sizes, words and ranges of a look. */
export function drawSheet(plain: FigureSheet, look: FigureLook = {}): string {
  if (plain.plot) return drawPlot(plain.plot, plain, look)
  const sheet = withLook(plain, look)
  const { unit, width, height } = sizeOf(look)
  if (sheet.panels.length !== 1) {
    const { columns, legend, title } = look
    return panelFigure({ ...sheet, columns, legendPlace: legend, titled: title, width, height }, unit)
  }
  const high = height ?? (width === undefined ? undefined : 0.66 * width)
  const caption = look.caption === false ? undefined : (sheet.caption ?? sheet.panels[0].caption)
  const sized = { ...(width ? { width } : {}), ...(high ? { height: high } : {}) }
  return lineFigure({ ...sheet.panels[0], caption, ...sized }, unit)
}

/**
 * The numbers of a sheet as lines of CSV, the header first: one row a point, exact digits; a reference line
 * is a row without x.
 */
export function sheetCsv({ panels, plot }: FigureSheet): string[] {
  if (plot) return plotCsv(plot)
  const rows = panels.flatMap((panel) => [
    ...panel.series.flatMap((series) =>
      series.points.map((point) =>
        csvLine([
          panel.title,
          series.label,
          point.x,
          point.y,
          point.low ?? null,
          point.high ?? null,
          series.behind === 'run' ? 'run' : series.behind === 'raw' ? 'raw mean' : 'mean',
        ]),
      ),
    ),
    ...(panel.references ?? []).map((line) =>
      csvLine([panel.title, line.label, null, line.y, null, null, 'reference']),
    ),
  ])
  const [first] = panels
  const titles = ['panel', 'series', 'x', 'y', 'low', 'high', 'line']
  return [csvLine(first ? titles : []), ...rows]
}
