/** Reading what a comparison needs from the store; the table itself is made by shared/stats. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { CompareRequest, CompareTable, RunRow } from '../../shared/contract/lab.ts'
import { beforeSearch, tellChosenRates } from '../../shared/stats/chosen-rates.ts'
import { compareTable } from '../../shared/stats/compare.ts'
import type { CompareEntry } from '../../shared/stats/compare-input.ts'
import type { AxisFields } from '../../shared/stats/families.ts'
import { searchText } from '../../shared/stats/search-text.ts'
import type { Study } from '../../shared/spec/study-schema.ts'
import { isCandidate, SEARCHED_BY } from '../../shared/studies/search.ts'
import type { LabContext } from '../context.ts'
import { axesOf } from './keys.ts'
import { comparedMetrics, selectRuns } from './selection.ts'
import type { Selection } from './selection.ts'
import { knownStudy } from '../store/known-studies.ts'
import { BACKEND_AXIS, tested } from './tested.ts'
import { endOf, valuesAt } from './values.ts'
import { ownValue } from '../../shared/stats/own-value.ts'

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
    ...own.flatMap((axis) => {
      const label = ownValue(row.labels, axis)
      return label === undefined ? [] : [[axis, label]]
    }),
    ...(byBackend ? [[BACKEND_AXIS, row.backendUsed ?? row.backend]] : []),
  ])
  if (kept !== null) return { group: `by ${JSON.stringify(labels)}`, labels }
  return { group: byBackend ? `${row.group} ${labels[BACKEND_AXIS]}` : row.group, labels }
}

/** The study that is compared; undefined for runs chosen by hand. */
export function comparedStudy(context: LabContext, { study }: Selection): Study | undefined {
  return study === undefined ? undefined : knownStudy(context, study)
}

/** The fields that each axis of a study sets; none for runs chosen by hand. */
export function axisFieldsOf(study: Study | undefined): AxisFields | undefined {
  return (
    study &&
    Object.fromEntries(
      study.axes.map(({ name, points }) => [
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

/** Runs as a comparison takes them; a rate that a search chose is no difference between them. */
export function entriesOf(
  context: LabContext,
  rows: readonly RunRow[],
  request: CompareRequest,
  search: Study['search'],
): CompareEntry[] {
  const values = valuesAt(context, rows, request.metric, request.at)
  const kept = request.groupBy ? keptAxes(axesOf(rows), request.groupBy) : null
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
function candidatesOf(
  context: LabContext,
  study: Study | undefined,
  rows: readonly RunRow[],
): readonly RunRow[] {
  const own = rows.filter(({ labels }) => isCandidate(labels))
  if (own.length > 0 || !study?.search) return own
  const all = selectRuns(context, { study: study.id }, SEARCHED_BY)
  return all.filter(({ labels }) => isCandidate(labels))
}

/** The comparison table of a study or of chosen runs. */
export function compare(context: LabContext, request: CompareRequest): CompareTable {
  const study = comparedStudy(context, request)
  const selected = selectRuns(context, request, comparedMetrics(request.metric))
  const rows = selected.filter(({ labels }) => !isCandidate(labels))
  const entries = entriesOf(context, rows, request, study?.search)
  const kept = request.groupBy ? keptAxes(axesOf(rows), request.groupBy) : axesOf(rows)
  const axes = request.byBackend ? [...kept, BACKEND_AXIS] : kept
  const axisFields = axisFieldsOf(study)
  const compared = compareTable({
    metric: request.metric,
    at: request.at,
    axes,
    entries,
    axisFields,
    reference: request.reference,
  })
  const searched = searchText(candidatesOf(context, study, selected))
  const rates = new Map(rows.map(({ id, spec }) => [id, spec.training.learningRate]))
  const told = study?.search ? tellChosenRates(compared, (run) => rates.get(run) ?? NaN) : compared
  const table = { ...told, caption: [compared.caption, searched].filter(Boolean).join(' ') }
  return request.significance ? tested(table, entries, request, axisFields) : table
}
