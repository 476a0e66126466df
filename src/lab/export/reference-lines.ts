/** The lines of a reference and of targets in the panels of a figure. */
import type { FigureRequest } from '../../shared/contract/lab.ts'
import { alignedPanels } from '../../shared/figure/facets.ts'
import { DENSITY_LABEL } from '../../shared/figure/figures.ts'
import { referenceRows, referencesIn, targetsIn } from '../../shared/figure/reference-lines.ts'
import type { ReferenceLine } from '../../shared/figure/reference-lines.ts'
import type { FigureSheet } from '../../shared/figure/sheet.ts'
import type { LabContext } from '../context.ts'
import { compare } from './compare.ts'

type Request = Omit<FigureRequest, 'figure' | 'facet'>

/**
 * The sheet with a dashed line at every row that is a reference, in the panels whose vertical axis shows the
 * metric's means, and with the targets, in those of the metric that was asked for, in any phase. `facet`: the
 * value of every panel.
 */
export function withReferences(
  context: LabContext,
  sheet: FigureSheet,
  request: Request,
  facet?: { readonly key: string; readonly values: readonly string[] },
): FigureSheet {
  const { reference, targets = [], metric: asked = 'test.accuracy', band = 'std' } = request
  if (reference === undefined && targets.length === 0) return sheet
  const known = new Map<string, readonly ReferenceLine[]>()
  const rowsOf = (metric: string): readonly ReferenceLine[] => {
    const { study, runs, only, groupBy, byBackend, at = 'last' } = request
    const scope = { study, runs, only, groupBy, byBackend, at, reference }
    const found = known.get(metric) ?? referenceRows(compare(context, { ...scope, metric }), band)
    known.set(metric, found)
    return found
  }
  const panels = sheet.panels.map((panel, index) => {
    const { metric } = panel
    if (metric === undefined) return panel
    const of = facet && { key: facet.key, value: facet.values[index] }
    const rows = reference === undefined ? [] : referencesIn(rowsOf(metric), of)
    const lines = [
      // Where densities lie on the axis, a scheme's rows are a line already.
      ...(rows.length > 1 && panel.xLabel === DENSITY_LABEL ? [] : rows),
      ...targetsIn(metric, asked, targets),
    ]
    const there = panel.references ?? []
    const isNew = ({ label }: ReferenceLine) => !there.some((each) => each.label === label)
    const added = lines.filter(isNew).map(({ label, y, scheme }) => ({ label, y, scheme }))
    return { ...panel, references: [...there, ...added] }
  })
  // Panels share one legend: all have the same lines in one order.
  return { ...sheet, panels: panels.length > 1 ? alignedPanels(panels) : panels }
}
