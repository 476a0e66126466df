/** Comparison and export. */
import { compare } from '../export/compare.ts'
import { choicesOf } from '../export/keys.ts'
import { figureOf } from '../export/figures.ts'
import { importance } from '../export/importance.ts'
import { writeExport } from '../export/index.ts'
import { reportedRuns, selectRuns } from '../export/selection.ts'
import { twoWay } from '../export/two-way.ts'
import { metricNames } from '../store/summaries.ts'
import type { Handlers } from './types.ts'

export const compareHandlers: Handlers<
  | 'compare/table'
  | 'compare/two-way'
  | 'compare/importance'
  | 'compare/keys'
  | 'compare/metrics'
  | 'figures/get'
  | 'export/write'
> = {
  'compare/table': (context, input) => compare(context, input),
  'compare/two-way': (context, { rows = [], columns = [], ...request }) =>
    twoWay(context, { ...request, rows, columns }),
  'compare/importance': (context, input) => importance(context, input),
  'compare/keys': (context, input) => choicesOf(reportedRuns(context, input, [])),
  'compare/metrics': (context, input) => {
    const rows = selectRuns(context, input, [])
    return metricNames(
      context.database,
      rows.map(({ id }) => id),
    )
  },
  'figures/get': (context, input) => figureOf(context, input),
  'export/write': (context, input) => writeExport(context, input),
}
