/** Reading what a comparison needs from the store; the table itself is made by shared/stats. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { CompareRequest, CompareTable, RunRow, ValueAt } from '../../shared/contract/lab.ts'
import { betterDirection, compareTable } from '../../shared/stats/compare.ts'
import type { CompareEntry } from '../../shared/stats/compare-input.ts'
import { comparePairs, schemePairs } from '../../shared/stats/significance.ts'
import { searchText } from '../../shared/stats/search-text.ts'
import { isCandidate } from '../../shared/studies/search.ts'
import { Stream } from '../../engine/rng.ts'
import type { LabContext } from '../context.ts'
import { rowsOf } from '../handlers/runs.ts'
import { extremes } from '../store/metrics.ts'
import { listRuns } from '../store/runs.ts'

type Selection = { readonly study?: string; readonly runs?: readonly number[] }

/** The runs that are meant: named ones, else those of a study, else all that are not archived. */
export function selectRuns(context: LabContext, { study, runs }: Selection): RunRow[] {
  if (!runs) {
    context.queue?.flush()
    return listRuns(context.database, study === undefined ? {} : { study })
  }
  if (study === undefined) return rowsOf(context, runs)
  // The study's labels, for some of its runs.
  const chosen = new Set(runs)
  context.queue?.flush()
  return listRuns(context.database, { study, archived: true }).filter(({ id }) => chosen.has(id))
}

/** The value of a metric for each run; null where there is none. */
export function valuesAt(
  context: LabContext,
  rows: readonly RunRow[],
  metric: string,
  at: ValueAt,
): Map<number, number | null> {
  if (at !== 'best') {
    return new Map(rows.map((row) => [row.id, (at === 'last' ? row.last : row.best)[metric] ?? null]))
  }
  const dot = metric.indexOf('.')
  const found = extremes(
    context.database,
    rows.map(({ id }) => id),
    metric.slice(0, dot),
    metric.slice(dot + 1),
  )
  const lower = betterDirection(metric) === 'lower'
  return new Map(
    rows.map((row) => {
      const extreme = found.get(row.id)
      const best = lower ? extreme?.low : extreme?.high
      // A series without any finite value has its last, NaN or infinite, as its best.
      return [row.id, best ?? row.last[metric] ?? null]
    }),
  )
}

/** The axes of the labels, in the order in which they first appear. */
function axesOf(rows: readonly RunRow[]): string[] {
  return [...new Set(rows.flatMap(({ labels }) => Object.keys(labels)))]
}

/** The axes that are grouped by, in the study's order. @throws BenchError for one that there is not. */
function keptAxes(axes: readonly string[], wanted: readonly string[]): string[] {
  const unknown = wanted.find((axis) => !axes.includes(axis))
  if (unknown !== undefined) {
    throw new BenchError(
      'bad-input',
      `There is no axis “${unknown}” to group by. Known: ${axes.join(', ') || 'none'}.`,
      'groupBy',
    )
  }
  return axes.filter((axis) => wanted.includes(axis))
}

/** Group and labels of a run: its own, or those of the axes that are kept. */
function placeOf(row: RunRow, kept: readonly string[] | null): Pick<CompareEntry, 'group' | 'labels'> {
  if (kept === null) return { group: row.group, labels: row.labels }
  const labels = Object.fromEntries(
    kept.flatMap((axis) => (row.labels[axis] === undefined ? [] : [[axis, row.labels[axis]]])),
  )
  return { group: `by ${JSON.stringify(labels)}`, labels }
}

/** The runs of the search behind a comparison: of its study, where only reported runs were named. */
function candidatesOf(context: LabContext, { study }: Selection, rows: readonly RunRow[]): RunRow[] {
  const own = rows.filter(({ labels }) => isCandidate(labels))
  if (own.length > 0 || study === undefined) return own
  return selectRuns(context, { study }).filter(({ labels }) => isCandidate(labels))
}

/** The runs that a comparison or a figure is made of: those of a search are none. */
export function reportedRuns(context: LabContext, selection: Selection): RunRow[] {
  return selectRuns(context, selection).filter(({ labels }) => !isCandidate(labels))
}

/** The comparison table of a study or of chosen runs. */
export function compare(context: LabContext, request: CompareRequest): CompareTable {
  const selected = selectRuns(context, request)
  const rows = selected.filter(({ labels }) => !isCandidate(labels))
  const values = valuesAt(context, rows, request.metric, request.at)
  const axes = axesOf(rows)
  const kept = request.groupBy ? keptAxes(axes, request.groupBy) : axes
  const entries: CompareEntry[] = rows.map((row) => ({
    id: row.id,
    ...placeOf(row, request.groupBy ? kept : null),
    spec: row.spec,
    status: row.status,
    divergedAt: row.divergedAt,
    value: values.get(row.id) ?? null,
    parameters: row.last['initialization.parameters'] ?? null,
    density: row.last['initialization.density'] ?? null,
  }))
  const compared = compareTable({ metric: request.metric, at: request.at, axes: kept, entries })
  const searched = searchText(candidatesOf(context, request, selected))
  const table = { ...compared, caption: [compared.caption, searched].filter(Boolean).join(' ') }
  if (!request.significance) return table
  // One fixed stream, so that the same runs give the same bootstrap interval.
  const stream = Stream.root(BOOTSTRAP_SEED).split('bootstrap')
  return { ...table, significance: comparePairs(table.rows, () => stream.uniform(), schemePairs(table)) }
}

const BOOTSTRAP_SEED = 20240605
