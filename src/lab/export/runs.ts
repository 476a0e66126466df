/** One row per run: facts, labels, every field of the specification, last and best values, environment. */
import type { ExportRequest, RunRow } from '../../shared/contract/lab.ts'
import { csvLine } from '../../shared/format/csv.ts'
import type { CsvValue } from '../../shared/format/csv.ts'
import { allFields } from '../../shared/spec/fields.ts'
import { getField } from '../../shared/spec/paths.ts'
import type { LabContext } from '../context.ts'
import { environmentOf } from '../store/runs.ts'
import { selectRuns } from './selection.ts'
import type { Export } from './types.ts'
import { ownValue } from '../../shared/stats/own-value.ts'

const FACTS = {
  run_id: (row) => row.id,
  identity: (row) => row.identity,
  group: (row) => row.group,
  study: (row) => row.study,
  status: (row) => row.status,
  backend: (row) => row.backendUsed ?? row.backend,
  device: (row) => row.device,
  created_at: (row) => row.createdAt,
  started_at: (row) => row.startedAt,
  finished_at: (row) => row.finishedAt,
  step: (row) => row.step,
  total_steps: (row) => row.totalSteps,
  seconds: (row) => row.seconds,
  diverged_at: (row) => row.divergedAt,
  error: (row) => row.error?.message,
  tags: (row) => row.tags.join(' '),
  note: (row) => row.note,
} as const satisfies Record<string, (row: RunRow) => CsvValue>

/** Names that some row has, in order. */
function namesOf(rows: readonly RunRow[], of: (row: RunRow) => Readonly<Record<string, unknown>>): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(of(row))))].sort()
}

/** The runs as CSV (wide). */
export function runsCsv(context: LabContext, request: ExportRequest): Export {
  const rows = selectRuns(context, request, 'all')
  const paths = allFields().map(({ path }) => path)
  const [labels, last, best] = [
    namesOf(rows, (row) => row.labels),
    namesOf(rows, (row) => row.last),
    namesOf(rows, (row) => row.best),
  ]
  const environments = new Map(rows.map((row) => [row.id, environmentOf(context.database, row.id)]))
  const surroundings = namesOf(rows, (row) => environments.get(row.id) ?? {})
  const header = [
    ...Object.keys(FACTS),
    ...labels.map((name) => `label.${name}`),
    ...paths.map((path) => `config.${path}`),
    ...last.map((name) => `metric.last.${name}`),
    ...best.map((name) => `metric.best_validation.${name}`),
    ...surroundings.map((name) => `environment.${name}`),
  ]
  const lines = rows.map((row) =>
    csvLine([
      ...Object.values(FACTS).map((fact) => fact(row)),
      ...labels.map((name) => ownValue(row.labels, name)),
      ...paths.map((path) => fieldValue(row, path)),
      ...last.map((name) => row.last[name]),
      ...best.map((name) => row.best[name]),
      ...surroundings.map((name) => environments.get(row.id)?.[name]),
    ]),
  )
  return { pieces: [csvLine(header), ...lines], rows: () => lines.length }
}

function fieldValue(row: RunRow, path: string): CsvValue {
  const value = getField(row.spec, path)
  return Array.isArray(value) ? value.join(' ') : value
}
