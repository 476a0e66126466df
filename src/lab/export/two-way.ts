/** Two-way tables from the store, and what they can be made of. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { ExportRequest, RunRow, TwoWayRequest, TwoWayTable } from '../../shared/contract/lab.ts'
import { twoWayCsv, twoWayGrid, twoWayLatex, twoWayMarkdown } from '../../shared/format/two-way.ts'
import { schemeName } from '../../shared/spec/scheme-name.ts'
import { betterDirection, compareTable, fieldText } from '../../shared/stats/compare.ts'
import { comparedPaths, isSet, settingOf } from '../../shared/stats/scheme-fields.ts'
import { twoWayTable } from '../../shared/stats/two-way.ts'
import { rawField } from '../../shared/spec/paths.ts'
import type { LabContext } from '../context.ts'
import { axesOf, axisFieldsOf, entriesOf, selectRuns } from './compare.ts'
import type { Export } from './types.ts'

/** Name of the key that is the scheme as papers write it. */
export const SCHEME_KEY = 'scheme'

/** What rows and columns can be of these runs: axes, the scheme, and fields that differ. */
export function twoWayKeys(rows: readonly RunRow[]): string[] {
  const differing = comparedPaths().filter(
    (path) =>
      new Set(rows.map(({ spec }) => settingOf(spec, path)).filter((value) => value !== null)).size > 1,
  )
  return [...axesOf(rows), SCHEME_KEY, ...differing]
}

/** A field's value in words; `any` where the run has no such setting, which agrees with every column. */
function valueOf(spec: RunRow['spec'], path: string): string {
  return isSet(spec, path) ? fieldText(rawField(spec, path)) : 'any'
}

function keyValue(row: RunRow, key: string): string {
  return row.labels[key] ?? (key === SCHEME_KEY ? schemeName(row.spec) : valueOf(row.spec, key))
}

/** The table. @throws BenchError `bad-input` for a key that the runs do not have, or that stands twice. */
export function twoWay(context: LabContext, request: TwoWayRequest): TwoWayTable {
  const { rows, columns, metric, at } = request
  const runs = selectRuns(context, request)
  const known = twoWayKeys(runs)
  const keys = [...rows, ...columns]
  const isKnown = (key: string) => known.includes(key) || comparedPaths().includes(key)
  const wrong = keys.find((key, index) => !isKnown(key) || keys.indexOf(key) !== index)
  if (runs.length > 0 && wrong !== undefined) {
    throw new BenchError(
      'bad-input',
      isKnown(wrong)
        ? `“${wrong}” cannot be used twice.`
        : `There is no “${wrong}” in these runs. Known: ${known.join(', ')}.`,
      'rows',
    )
  }
  const byId = new Map(runs.map((row) => [row.id, row]))
  const entries = entriesOf(context, runs, { ...request, at, metric }).map((entry) => {
    const row = byId.get(entry.id)
    const labels = row ? Object.fromEntries(keys.map((key) => [key, keyValue(row, key)])) : entry.labels
    return { ...entry, labels, group: JSON.stringify(labels) }
  })
  const axisFields = axisFieldsOf(context, request.study)
  const table = compareTable({ metric, at, axes: keys, entries, axisFields })
  return twoWayTable(table, rows, columns, betterDirection(metric))
}

function gridOf(context: LabContext, request: ExportRequest) {
  const { study, runs, metric = 'test.accuracy', at = 'last', rows = [], columns = [] } = request
  return twoWayGrid(twoWay(context, { study, runs, metric, at, rows, columns }))
}

const one = (piece: string, rows: number): Export => ({ pieces: [piece], rows: () => rows })

export function twoWayCsvOf(context: LabContext, request: ExportRequest): Export {
  const grid = gridOf(context, request)
  return one(twoWayCsv(grid), grid.rows.length + grid.across.length)
}

export function twoWayLatexOf(context: LabContext, request: ExportRequest): Export {
  const grid = gridOf(context, request)
  return one(
    twoWayLatex(grid, `tab:${request.study ?? 'comparison'}-two-way`),
    grid.rows.length + grid.across.length,
  )
}

export function twoWayMarkdownOf(context: LabContext, request: ExportRequest): Export {
  const grid = gridOf(context, request)
  return one(twoWayMarkdown(grid), grid.rows.length + grid.across.length)
}
