/** Small multiples: one panel of a figure for every value of an axis or field. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { FigureRequest, RunRow } from '../../shared/contract/lab.ts'
import { facetSheet } from '../../shared/figure/facets.ts'
import type { FigureSheet } from '../../shared/figure/sheet.ts'
import type { LabContext } from '../context.ts'
import { axesOf, isKey, keysOf, keyValue } from './keys.ts'
import { reportedRuns } from './selection.ts'
import { ANY } from '../../shared/studies/grid.ts'

/** More panels than this are no figure. */
const MOST_PANELS = 24

type Draw = (request: Omit<FigureRequest, 'figure' | 'facet'>) => FigureSheet

/**
 * The figure once for every value of the facet, over the runs with that value and those that have none, and
 * the value of every panel. @throws BenchError `bad-input` for a facet that the runs lack or that has too
 * many values, `not-found` where no panel has anything to show.
 */
export function facets(
  context: LabContext,
  facet: string,
  request: Omit<FigureRequest, 'figure' | 'facet'>,
  draw: Draw,
): { readonly sheet: FigureSheet; readonly values: readonly string[] } {
  const runs = reportedRuns(context, request, [])
  if (runs.length > 0 && !isKey(runs, facet)) {
    throw new BenchError(
      'bad-input',
      `There is no “${facet}” to make panels of. Known: ${keysOf(runs).join(', ')}.`,
      'facet',
    )
  }
  const values = [...new Set(runs.map((run) => keyValue(run, facet)))].filter((value) => value !== ANY)
  if (values.length > MOST_PANELS) {
    throw new BenchError(
      'bad-input',
      `“${facet}” has ${values.length} values; a figure has ${MOST_PANELS} panels at most. Filter first.`,
      'facet',
    )
  }
  const sheets = values.flatMap((value) => {
    const only = { ...request.only, [facet]: [value] }
    try {
      return [{ value, sheet: draw({ ...request, ...groupingOf(runs, facet, request), only }) }]
    } catch (error) {
      // A value whose runs lack what the figure is drawn from has no panel.
      if (error instanceof BenchError && error.code === 'not-found') return []
      throw error
    }
  })
  if (sheets.length === 0) return { sheet: draw(request), values: [] }
  // A value with several panels has them one after the other.
  const ofPanels = sheets.flatMap(({ value, sheet }) => sheet.panels.map(() => value))
  return { sheet: facetSheet(facet, sheets), values: ofPanels }
}

/** Lines are not named by the facet, which their panel says. */
function groupingOf(
  runs: readonly RunRow[],
  facet: string,
  { groupBy }: Pick<FigureRequest, 'groupBy'>,
): Pick<FigureRequest, 'groupBy'> {
  const axes = groupBy ?? axesOf(runs)
  return axes.includes(facet) ? { groupBy: axes.filter((axis) => axis !== facet) } : { groupBy }
}
