/**
 * Filters of the table of runs: written as `status:failed`, `sparsity.density<0.2`, or as a word to look
 * for.
 */
import type { RunRow } from '../../../shared/contract/lab.ts'
import type { CellValue, Column } from './columns.ts'

export const RELATIONS = [':', '<', '>', '≤', '≥'] as const

export interface Filter {
  readonly column: string
  readonly relation: (typeof RELATIONS)[number]
  readonly value: string
}

export function filterText(filter: Filter, columns: readonly Column[]): string {
  const title = columns.find((column) => column.id === filter.column)?.title ?? filter.column
  return filter.relation === ':' ? `${title}: ${filter.value}` : `${title} ${filter.relation} ${filter.value}`
}

/**
 * A filter from what the user typed, or null when it is just a word. Columns are found by id or title,
 * metrics also without their `last:`.
 */
export function parseFilter(text: string, columns: readonly Column[]): Filter | null {
  const match = /^\s*(.+?)\s*(<=|>=|[:=<>≤≥])\s*(.+?)\s*$/.exec(text)
  if (!match) return null
  const [, name, sign, value] = match
  const wanted = name.toLowerCase()
  const column = columns.find(
    (each) =>
      [each.id, each.title].some((known) => known.toLowerCase() === wanted) ||
      each.id.toLowerCase() === `last:${wanted}`,
  )
  if (!column) return null
  const relation =
    sign === '=' ? ':' : sign === '<=' ? '≤' : sign === '>=' ? '≥' : (sign as Filter['relation'])
  if (relation !== ':' && !Number.isFinite(Number(value))) return null
  return { column: column.id, relation, value }
}

function holds(cell: CellValue, { relation, value }: Filter): boolean {
  if (relation === ':') {
    return typeof cell === 'number'
      ? cell === Number(value)
      : (cell ?? '').toLowerCase().includes(value.toLowerCase())
  }
  if (typeof cell !== 'number') return false
  const bound = Number(value)
  return relation === '<'
    ? cell < bound
    : relation === '>'
      ? cell > bound
      : relation === '≤'
        ? cell <= bound
        : cell >= bound
}

/** What words are looked for in; rows are immutable, so each is written once. */
const texts = new WeakMap<RunRow, string>()
function searchText(row: RunRow): string {
  let text = texts.get(row)
  if (text === undefined) {
    text = [row.id, row.study, row.status, ...Object.values(row.labels), ...row.tags, row.note]
      .join(' ')
      .toLowerCase()
    texts.set(row, text)
  }
  return text
}

/**
 * Rows for which every filter holds and in which every word occurs (run, study, status, labels, tags, note).
 */
export function filterRows(
  rows: readonly RunRow[],
  filters: readonly Filter[],
  words: string,
  columns: readonly Column[],
): readonly RunRow[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  const bound = filters.map((filter) => ({
    filter,
    column: columns.find((column) => column.id === filter.column),
  }))
  if (wanted.length === 0 && bound.length === 0) return rows
  return rows.filter((row) => {
    if (!bound.every(({ filter, column }) => column !== undefined && holds(column.value(row), filter)))
      return false
    if (wanted.length === 0) return true
    const text = searchText(row)
    return wanted.every((word) => text.includes(word))
  })
}

export interface Sorting {
  readonly column: string
  readonly descending: boolean
}

/** What has no value comes last in both directions, NaN just before it. */
export function compareCells(a: CellValue, b: CellValue, descending: boolean): number {
  const ranks = rank(a) - rank(b)
  if (ranks !== 0 || rank(a) > 0) return ranks
  if (a === b) return 0
  const less = typeof a === 'number' && typeof b === 'number' ? a < b : String(a) < String(b)
  return less === descending ? 1 : -1
}
function rank(cell: CellValue): number {
  return cell === null ? 2 : Number.isNaN(cell) ? 1 : 0
}

/**
 * A sorted copy; rows without a value come last in both directions, NaN just before them, ties newest first.
 */
export function sortRows(
  rows: readonly RunRow[],
  sorting: Sorting,
  columns: readonly Column[],
): readonly RunRow[] {
  const column = columns.find((each) => each.id === sorting.column)
  if (!column) return rows
  return rows
    .map((row) => ({ row, cell: column.value(row) }))
    .sort((a, b) => compareCells(a.cell, b.cell, sorting.descending) || b.row.id - a.row.id)
    .map(({ row }) => row)
}
