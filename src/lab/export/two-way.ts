/** Two-way tables from the store, and what they can be made of. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { ExportRequest, TwoWayRequest, TwoWayTable } from '../../shared/contract/lab.ts'
import { twoWayCsv, twoWayGrid, twoWayMarkdown } from '../../shared/format/two-way.ts'
import type { TwoWayGrid } from '../../shared/format/two-way.ts'
import { twoWayHtml } from '../../shared/format/two-way-html.ts'
import { twoWayLatex } from '../../shared/format/two-way-latex.ts'
import { betterDirection, compareTable } from '../../shared/stats/compare.ts'
import { twoWayTable } from '../../shared/stats/two-way.ts'
import type { LabContext } from '../context.ts'
import { axisFieldsOf, comparedStudy, entriesOf } from './compare.ts'
import { isKey, keysOf, keyValue } from './keys.ts'
import { comparedMetrics, reportedRuns } from './selection.ts'
import type { Export } from './types.ts'

/** The table. @throws BenchError `bad-input` for a key that the runs do not have, or that stands twice. */
export function twoWay(context: LabContext, request: TwoWayRequest): TwoWayTable {
  const { rows, columns, beside = [], metric, at } = request
  const study = comparedStudy(context, request)
  const runs = reportedRuns(context, request, comparedMetrics(metric))
  const keys = [...rows, ...columns]
  const wrong = keys.find((key, index) => !isKey(runs, key) || keys.indexOf(key) !== index)
  if (runs.length > 0 && wrong !== undefined) {
    throw new BenchError(
      'bad-input',
      isKey(runs, wrong)
        ? `“${wrong}” cannot be used twice.`
        : `There is no “${wrong}” in these runs. Known: ${keysOf(runs).join(', ')}.`,
      'rows',
    )
  }
  const byId = new Map(runs.map((row) => [row.id, row]))
  const entries = entriesOf(context, runs, { ...request, at, metric }, study?.search).map((entry) => {
    const row = byId.get(entry.id)
    const labels = row ? Object.fromEntries(keys.map((key) => [key, keyValue(row, key)])) : entry.labels
    return { ...entry, labels, group: JSON.stringify(labels) }
  })
  const axisFields = axisFieldsOf(study)
  const table = compareTable({ metric, at, axes: keys, entries, axisFields, reference: request.reference })
  return { ...twoWayTable(table, rows, columns, betterDirection(metric)), beside }
}

function gridOf(context: LabContext, request: ExportRequest): TwoWayGrid {
  const { metric = 'test.accuracy', at = 'last', rows = [], columns = [] } = request
  return twoWayGrid(twoWay(context, { ...request, metric, at, rows, columns }))
}

/** Writes the two-way table as `text` makes it. */
export function twoWayExport(
  text: (grid: TwoWayGrid, request: ExportRequest) => string,
): (context: LabContext, request: ExportRequest) => Export {
  return (context, request) => {
    const grid = gridOf(context, request)
    return { pieces: [text(grid, request)], rows: () => grid.rows.length + grid.across.length }
  }
}

const titleOf = ({ study }: ExportRequest) => study ?? 'comparison'

export const TWO_WAY_FORMS = {
  csv: twoWayExport(twoWayCsv),
  latex: twoWayExport((grid, request) =>
    twoWayLatex(grid, `tab:${titleOf(request)}-two-way`, request.siunitx ?? false),
  ),
  markdown: twoWayExport(twoWayMarkdown),
  html: twoWayExport((grid, request) => twoWayHtml(grid, titleOf(request))),
}
