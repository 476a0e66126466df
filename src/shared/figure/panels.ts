/** Several figures of the same series side by side, with one legend and one caption. */
import { captionHeight, captionLines, drawCaption, svgDocument } from './document.ts'
import { drawFigure, drawLegend, legendLabels, legendWidth } from './line-figure.ts'
import type { LineFigure } from './line-figure.ts'
import { element, label, xml } from './svg.ts'

export interface PanelFigure {
  readonly title: string
  /** All with the same series in the same order: the legend is made from the first. */
  readonly panels: readonly LineFigure[]
  readonly columns?: number
  readonly caption?: string
}

const HEAD = 30
const PANEL = { width: 330, height: 260 }

/** The panels row by row as one SVG document; the legend stands to the right of all. */
export function panelFigure({ title, panels, columns = 2, caption }: PanelFigure): string {
  const first = panels[0]
  if (first === undefined) throw new RangeError('A figure of panels needs at least one.')
  const labels = legendLabels(first)
  const across = Math.min(columns, panels.length)
  const width = across * PANEL.width + legendWidth(labels) + 8
  const rows = Math.ceil(panels.length / across)
  const height = HEAD + Math.max(rows * PANEL.height, 18 * labels.length + 40)
  const lines = captionLines(caption, width)
  const drawn = panels.map((panel, index) => {
    const { parts, width: wide, height: high } = drawFigure({ ...panel, ...PANEL, legend: false })
    const x = (index % across) * PANEL.width
    const y = HEAD + Math.floor(index / across) * PANEL.height
    return element('svg', { x, y, width: wide, height: high }, parts.join('\n'))
  })
  return svgDocument(width, height + captionHeight(lines), [
    element('title', {}, xml(title)),
    label(title, { x: width / 2, y: 20, 'text-anchor': 'middle', 'font-size': 15, 'font-weight': 'bold' }),
    ...drawn,
    ...drawLegend(first, across * PANEL.width + 8, HEAD + 40),
    ...drawCaption(lines, height),
  ])
}
