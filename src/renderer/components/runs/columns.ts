/**
 * Columns that the table of runs can show: facts of a run, values of its metrics, fields of its
 * specification.
 */
import { allFields } from '../../../shared/spec/fields.ts'
import { isRecord } from '../../../shared/spec/paths.ts'
import type { RunRow } from '../../../shared/contract/lab.ts'
import {
  countText,
  durationText,
  isShare,
  metricText,
  metricTitle,
  numberText,
  percentText,
  timeText,
} from '../../format.ts'
import { ownValue } from '../../../shared/stats/own-value.ts'

export type CellValue = number | string | null

export interface Column {
  readonly id: string
  readonly title: string
  /** Pixels, as long as the user has not chosen others. */
  readonly width: number
  readonly numeric: boolean
  /** Shown in per cent. */
  readonly share?: boolean
  /** What sorting, filtering and grouping see. */
  readonly value: (row: RunRow) => CellValue
  /** A value of this column as it is written in a cell. */
  readonly format: (value: CellValue) => string
  readonly text: (row: RunRow) => string
}

function plain(value: CellValue): string {
  return value === null ? '–' : String(value)
}

/** `format` makes the column one of numbers, which stand at the right. */
function column(
  id: string,
  title: string,
  width: number,
  value: Column['value'],
  format?: (value: number | null) => string,
): Column {
  const written = format ? (cell: CellValue) => (typeof cell === 'string' ? cell : format(cell)) : plain
  return {
    id,
    title,
    width,
    numeric: format !== undefined,
    value,
    format: written,
    text: (row) => written(value(row)),
  }
}

/** A column of times: sorts as ISO text, reads as a date. */
function timeColumn(id: string, title: string, value: (row: RunRow) => string | null): Column {
  const format = (cell: CellValue) => timeText(typeof cell === 'string' ? cell : null)
  return { id, title, width: 110, numeric: true, value, format, text: (row) => format(value(row)) }
}

export function labelsText(row: RunRow): string {
  return Object.values(row.labels).join(' · ')
}

const FACTS: readonly Column[] = [
  column('id', 'Run', 76, (row) => row.id, plain),
  column('starred', 'Star', 56, (row) => (row.starred ? '★' : null)),
  column('status', 'Status', 140, (row) => row.status),
  column('study', 'Study', 170, (row) => row.study),
  column('labels', 'Point of the grid', 220, (row) => labelsText(row) || null),
  column(
    'progress',
    'Progress',
    120,
    (row) => (row.totalSteps ? Math.min(1, row.step / row.totalSteps) : null),
    (share) => (share === null ? '–' : percentText(share, 0)),
  ),
  column('left', 'Time left', 96, (row) => row.secondsLeft, durationText),
  column('seconds', 'Time', 96, (row) => row.seconds, durationText),
  column('step', 'Step', 80, (row) => row.step, countText),
  column('backend', 'Backend', 100, (row) => row.backendUsed ?? row.backend),
  column('device', 'Device', 120, (row) => row.device),
  timeColumn('created', 'Created', (row) => row.createdAt),
  timeColumn('finished', 'Finished', (row) => row.finishedAt),
  column('error', 'Error', 260, (row) => row.error?.message ?? null),
  column('tags', 'Tags', 140, (row) => row.tags.join(', ') || null),
  column('note', 'Note', 200, (row) => row.note || null),
]

export const DEFAULT_COLUMNS: readonly string[] = [
  'id',
  'starred',
  'status',
  'labels',
  'seed',
  'progress',
  'left',
  'last:test.accuracy',
  'last:validation.accuracy',
  'last:validation.loss',
  'seconds',
  'tags',
  'note',
  'study',
]

function metricColumn(kind: 'last' | 'best', metric: string): Column {
  const made = column(
    `${kind}:${metric}`,
    kind === 'last' ? metricTitle(metric) : `${metricTitle(metric)} (best validation)`,
    kind === 'last' ? 150 : 168,
    (row) => row[kind][metric] ?? null,
    (value) => metricText(metric, value),
  )
  return isShare(metric) ? { ...made, share: true } : made
}

/** A column of the labels of one axis. */
function labelColumn(axis: string): Column {
  return column(`label:${axis}`, axis, 140, (row) => ownValue(row.labels, axis) ?? null)
}

/** What stands at the keys of a record, as a cell. Keys are split once, since thousands of rows are asked. */
function cellAt(root: unknown, keys: readonly string[]): CellValue {
  let at: unknown = root
  for (const key of keys) at = isRecord(at) ? at[key] : undefined
  return typeof at === 'number' || typeof at === 'string' ? at : at === undefined ? null : String(at)
}

function fieldColumns(): readonly Column[] {
  return allFields().map(({ path, title, type }) => {
    const keys = path.split('.')
    const number = path === 'seed' || type === 'number' || type === 'integer'
    const value = (row: RunRow) => cellAt(row.spec, keys)
    return column(path, title, path === 'seed' ? 70 : 120, value, number ? numberText : undefined)
  })
}

/**
 * Columns that a growing set of rows has something for. A row is looked through once, when it is new: with
 * thousands of rows and hundreds of metrics, doing it at every change of one row would stop the page.
 */
export class ColumnCatalogue {
  readonly #last = new Set<string>(['test.accuracy', 'validation.accuracy', 'validation.loss'])
  readonly #best = new Set<string>()
  readonly #labels = new Set<string>()
  readonly #seen = new WeakSet<RunRow>()
  #columns: readonly Column[] | null = null

  /** All columns for the rows so far and these; the same array as long as nothing is new. */
  take(rows: readonly RunRow[]): readonly Column[] {
    const count = () => this.#last.size + this.#best.size + this.#labels.size
    const before = count()
    for (const row of rows) {
      if (this.#seen.has(row)) continue
      this.#seen.add(row)
      for (const name in row.last) this.#last.add(name)
      for (const name in row.best) this.#best.add(name)
      for (const name in row.labels) this.#labels.add(name)
    }
    if (this.#columns && count() === before) return this.#columns
    this.#columns = [
      ...FACTS,
      ...[...this.#last].sort().map((metric) => metricColumn('last', metric)),
      ...[...this.#best].sort().map((metric) => metricColumn('best', metric)),
      ...fieldColumns(),
      ...[...this.#labels].map(labelColumn),
    ]
    return this.#columns
  }
}

/** All columns that these rows have something for; metrics are those that any row has. */
export function columnsFor(rows: readonly RunRow[]): readonly Column[] {
  return new ColumnCatalogue().take(rows)
}
