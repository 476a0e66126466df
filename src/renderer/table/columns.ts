/**
 * Columns that the table of runs can show: facts of a run, values of its metrics, fields of its
 * specification.
 */
import { fields } from '../../shared/spec/fields.ts'
import { rawField } from '../../shared/spec/paths.ts'
import type { RunRow } from '../../shared/contract/lab.ts'
import { countText, durationText, metricText, metricTitle, numberText, timeText } from '../format.ts'

export type CellValue = number | string | null

export interface Column {
  readonly id: string
  readonly title: string
  readonly width: number
  readonly numeric: boolean
  /** What sorting and filtering see. */
  readonly value: (row: RunRow) => CellValue
  readonly text: (row: RunRow) => string
}

function column(
  id: string,
  title: string,
  width: number,
  value: Column['value'],
  text?: Column['text'],
): Column {
  return {
    id,
    title,
    width,
    numeric: text !== undefined,
    value,
    text: text ?? ((row) => String(value(row) ?? '–')),
  }
}

export function labelsText(row: RunRow): string {
  return Object.values(row.labels).join(' · ')
}

const FACTS: readonly Column[] = [
  column(
    'id',
    'Run',
    76,
    (row) => row.id,
    (row) => String(row.id),
  ),
  column('status', 'Status', 140, (row) => row.status),
  column('study', 'Study', 170, (row) => row.study),
  column('labels', 'Point of the grid', 220, (row) => labelsText(row) || null),
  column('progress', 'Progress', 120, (row) => (row.totalSteps ? row.step / row.totalSteps : null)),
  column(
    'left',
    'Time left',
    96,
    (row) => row.secondsLeft,
    (row) => durationText(row.secondsLeft),
  ),
  column(
    'seconds',
    'Time',
    96,
    (row) => row.seconds,
    (row) => durationText(row.seconds),
  ),
  column(
    'step',
    'Step',
    80,
    (row) => row.step,
    (row) => countText(row.step),
  ),
  column('backend', 'Backend', 100, (row) => row.backendUsed ?? row.backend),
  column('device', 'Device', 120, (row) => row.device),
  column(
    'created',
    'Created',
    110,
    (row) => row.createdAt,
    (row) => timeText(row.createdAt),
  ),
  column(
    'finished',
    'Finished',
    110,
    (row) => row.finishedAt,
    (row) => timeText(row.finishedAt),
  ),
  column('error', 'Error', 260, (row) => row.error?.message ?? null),
  column('starred', 'Star', 64, (row) => (row.starred ? '★' : null)),
  column('tags', 'Tags', 140, (row) => row.tags.join(', ') || null),
  column('note', 'Note', 200, (row) => row.note || null),
]

export const DEFAULT_COLUMNS: readonly string[] = [
  'id',
  'status',
  'labels',
  'seed',
  'progress',
  'left',
  'last:test.accuracy',
  'last:validation.accuracy',
  'last:validation.loss',
  'seconds',
  'study',
]

function metricColumn(kind: 'last' | 'best', metric: string): Column {
  return column(
    `${kind}:${metric}`,
    kind === 'last' ? metricTitle(metric) : `${metricTitle(metric)} (best validation)`,
    168,
    (row) => row[kind][metric] ?? null,
    (row) => metricText(metric, row[kind][metric]),
  )
}

function fieldColumn(path: string, title: string): Column {
  const value = (row: RunRow): CellValue => {
    const raw = rawField(row.spec, path)
    return typeof raw === 'number' || typeof raw === 'string' ? raw : raw === undefined ? null : String(raw)
  }
  const numeric = (row: RunRow) => {
    const cell = value(row)
    return typeof cell === 'number' ? numberText(cell) : String(cell ?? '–')
  }
  return column(path, title, 120, value, path === 'seed' || isNumber(path) ? numeric : undefined)
}

function isNumber(path: string): boolean {
  return fields().some(
    (field) => field.path === path && (field.type === 'number' || field.type === 'integer'),
  )
}

/** All columns that these rows have something for; metrics are those that any row has. */
export function columnsFor(rows: readonly RunRow[]): readonly Column[] {
  const last = new Set<string>(['test.accuracy', 'validation.accuracy', 'validation.loss'])
  const best = new Set<string>()
  for (const row of rows) {
    for (const name in row.last) last.add(name)
    for (const name in row.best) best.add(name)
  }
  return [
    ...FACTS,
    ...[...last].sort().map((metric) => metricColumn('last', metric)),
    ...[...best].sort().map((metric) => metricColumn('best', metric)),
    ...fields().map((field) => fieldColumn(field.path, field.title)),
  ]
}
