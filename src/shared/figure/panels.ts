/** Several figures of the same series side by side, with one legend and one caption. */
import { captionHeight, captionLines, drawCaption, drawHeading, svgDocument } from './document.ts'
import { drawFigure, drawLegend, legendEntries, legendLabels, legendWidth } from './line-figure.ts'
import type { LineFigure } from './line-figure.ts'
import { element, xml } from './svg.ts'

export interface PanelFigure {
  readonly title: string
  /** All with the same series in the same order: the legend is made from the first. */
  readonly panels: readonly LineFigure[]
  /** Panels side by side; two when left out. */
  readonly columns?: number
  readonly legendPlace?: 'beside' | 'beneath' | 'none'
  /** False: no title above all. */
  readonly titled?: boolean
  /** Units of the whole figure, and of the height of a panel. */
  readonly width?: number
  readonly height?: number
  readonly caption?: string
}

const HEAD = 30
const PANEL = { width: 330, height: 260 }

/** Units from one line of a legend beneath to the next, between entries, and its most beside. */
const LEGEND = { line: 18, gap: 18, most: 0.34 }

/** The panels row by row as one SVG document, with one legend to the right of all, or beneath them. */
export function panelFigure(figure: PanelFigure, unit = 1): string {
  const { title, panels, caption } = figure
  const first = panels[0]
  if (first === undefined) throw new RangeError('A figure of panels needs at least one.')
  const labels = legendLabels(first)
  const across = Math.min(figure.columns ?? 2, panels.length)
  const beside = legendWidth(labels)
  const place =
    figure.legendPlace ??
    (figure.width !== undefined && beside > LEGEND.most * figure.width ? 'beneath' : 'beside')
  const room = place === 'beside' ? beside + 8 : 0
  const wide = figure.width === undefined ? PANEL.width : Math.max(120, (figure.width - room) / across)
  const high = figure.height ?? (figure.width === undefined ? PANEL.height : Math.max(150, 0.79 * wide))
  const width = across * wide + room
  const head = figure.titled === false ? 4 : HEAD
  const rows = Math.ceil(panels.length / across)
  const entries = place === 'beneath' ? legendLines(labels, width) : []
  const plots = head + Math.max(rows * high, place === 'beside' ? 18 * labels.length + 40 : 0)
  const height = plots + (place === 'beneath' ? LEGEND.line * entries.length + 8 : 0)
  const lines = captionLines(caption, width)
  const drawn = panels.map((panel, index) => {
    const { parts } = drawFigure({ ...panel, width: wide, height: high, legend: false })
    const x = (index % across) * wide
    const y = head + Math.floor(index / across) * high
    return element('svg', { x, y, width: wide, height: high }, parts.join('\n'))
  })
  const legend =
    place === 'beside'
      ? drawLegend(first, across * wide + 8, head + 40)
      : drawLegendLines(first, entries, plots + 12)
  const parts = [
    element('title', {}, xml(title)),
    ...(figure.titled === false ? [] : [drawHeading(title, width)]),
    ...drawn,
    ...legend,
    ...drawCaption(lines, height),
  ]
  return svgDocument(width, height + captionHeight(lines), parts, unit)
}

interface Place {
  /** Number of the entry. */
  readonly index: number
  readonly x: number
}

/** Entries of a legend in lines as wide as the figure. */
function legendLines(labels: readonly string[], width: number): Place[][] {
  const lines: Place[][] = []
  let x = width
  labels.forEach((words, index) => {
    const own = legendWidth([words]) + LEGEND.gap - 12
    if (x + own > width || lines.length === 0) {
      lines.push([])
      x = 12
    }
    lines[lines.length - 1].push({ index, x })
    x += own
  })
  return lines
}

function drawLegendLines(figure: LineFigure, lines: readonly (readonly Place[])[], y: number): string[] {
  const entries = legendEntries(figure)
  return lines.flatMap((line, row) => line.map(({ index, x }) => entries[index](x, y + LEGEND.line * row)))
}
