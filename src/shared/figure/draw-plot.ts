/** Plots (plot.ts) as documents. */
import { barsFigure } from './bars.ts'
import type { FigureLook } from './look.ts'
import { parallelFigure } from './parallel.ts'
import type { Plot } from './plot.ts'

interface PlotSheet {
  readonly title: string
  readonly caption?: string
}

/** The plot as SVG. */
export function drawPlot(plot: Plot, sheet: PlotSheet, look: FigureLook): string {
  return plot.kind === 'parallel' ? parallelFigure(plot, sheet, look) : barsFigure(plot, sheet, look)
}
