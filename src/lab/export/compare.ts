/** Reading what a comparison needs from the store; the table itself is made by shared/stats. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { Only } from '../../shared/contract/compare.ts'
import type { CompareRequest, CompareTable, RunRow } from '../../shared/contract/lab.ts'
import { beforeSearch, tellChosenRates } from '../../shared/stats/chosen-rates.ts'
import { compareTable } from '../../shared/stats/compare.ts'
import type { CompareEntry } from '../../shared/stats/compare-input.ts'
import type { AxisFields } from '../../shared/stats/families.ts'
import { searchText } from '../../shared/stats/search-text.ts'
import { isCandidate } from '../../shared/studies/search.ts'
import type { LabContext } from '../context.ts'
import { rowsOf } from '../handlers/runs.ts'
import { axesOf, onlyRows } from './keys.ts'
import { listRuns } from '../store/runs.ts'
import { knownStudy } from '../store/known-studies.ts'
import { BACKEND_AXIS, tested } from './tested.ts'
import { endOf, valuesAt } from './values.ts'

type Selection = { readonly study?: string; readonly runs?: readonly number[]; readonly only?: Only }

/** The runs that are meant: named ones, else those of a study, else all that are not archived; filtered. */
export function selectRuns(context: LabContext, { only, ...selection }: Selection): RunRow[] {
  return onlyRows(selected(context, selection), only)
}

function selected(context: LabContext, { study, runs }: Omit<Selection, 'only'>): RunRow[] {
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

/** Group and labels of a run: its own, or those of the axes that are kept, and its backend on request. */
function placeOf(
  row: RunRow,
  kept: readonly string[] | null,
  byBackend: boolean,
): Pick<CompareEntry, 'group' | 'labels'> {
  const own = kept ?? Object.keys(row.labels)
  const labels = Object.fromEntries([
    ...own.flatMap((axis) => (row.labels[axis] === undefined ? [] : [[axis, row.labels[axis]]])),
    ...(byBackend ? [[BACKEND_AXIS, row.backendUsed ?? row.backend]] : []),
  ])
  if (kept !== null) return { group: `by ${JSON.stringify(labels)}`, labels }
  return { group: byBackend ? `${row.group} ${labels[BACKEND_AXIS]}` : row.group, labels }
}

/** The fields that each axis of a study sets; none for runs chosen by hand. */
export function axisFieldsOf(context: LabContext, study: string | undefined): AxisFields | undefined {
  const found = study === undefined ? undefined : knownStudy(context, study)
  return (
    found &&
    Object.fromEntries(
      found.axes.map(({ name, points }) => [
        name,
        [...new Set(points.flatMap((point) => Object.keys(point.set)))],
      ]),
    )
  )
}

/** The density that a run reached: where its mask moves or is pruned in training, that at the end. */
const densityOf = ({ last }: RunRow) => last['train.density'] ?? last['initialization.density'] ?? null

/**
 * Operations of the whole training: counted from the masks that the run had, where they changed and it is
 * over; else by formula.
 */
const operationsOf = ({ last, status }: RunRow) =>
  (status === 'finished' ? last['train.operations'] : undefined) ??
  last['initialization.training-operations'] ??
  null

const searchOf = (context: LabContext, study: string | undefined) =>
  study === undefined ? undefined : knownStudy(context, study)?.search

/** Runs as a comparison takes them; a rate that a search chose is no difference between them. */
export function entriesOf(
  context: LabContext,
  rows: readonly RunRow[],
  request: CompareRequest,
): CompareEntry[] {
  const values = valuesAt(context, rows, request.metric, request.at)
  const kept = request.groupBy ? keptAxes(axesOf(rows), request.groupBy) : null
  const search = searchOf(context, request.study)
  return rows.map((row) => ({
    id: row.id,
    ...placeOf(row, kept, request.byBackend ?? false),
    spec: search ? beforeSearch(row.spec, search) : row.spec,
    status: row.status,
    divergedAt: row.divergedAt,
    value: values.get(row.id) ?? null,
    end: endOf(context, row),
    parameters: row.last['train.parameters'] ?? row.last['initialization.parameters'] ?? null,
    operations: operationsOf(row),
    density: densityOf(row),
  }))
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
  const entries = entriesOf(context, rows, request)
  const kept = request.groupBy ? keptAxes(axesOf(rows), request.groupBy) : axesOf(rows)
  const axes = request.byBackend ? [...kept, BACKEND_AXIS] : kept
  const axisFields = axisFieldsOf(context, request.study)
  const compared = compareTable({
    metric: request.metric,
    at: request.at,
    axes,
    entries,
    axisFields,
    reference: request.reference,
  })
  const searched = searchText(candidatesOf(context, request, selected))
  const rates = new Map(rows.map(({ id, spec }) => [id, spec.training.learningRate]))
  const told = searchOf(context, request.study)
    ? tellChosenRates(compared, (run) => rates.get(run) ?? NaN)
    : compared
  const table = { ...told, caption: [compared.caption, searched].filter(Boolean).join(' ') }
  return request.significance ? tested(table, entries, request, axisFields) : table
}
