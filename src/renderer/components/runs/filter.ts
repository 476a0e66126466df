/**
 * Filters of the table of runs: written as `status:failed`, `sparsity.density<0.2`, or as a word to look
 * for.
 */
import type { RunRow } from '../../../shared/contract/lab.ts'
import { formatPercent } from '../../../shared/format/number.ts'
import { suggestion } from '../../../shared/spec/nearest.ts'
import type { CellValue, Column } from './columns.ts'

export const RELATIONS = [':', '<', '>', '≤', '≥'] as const

export interface Filter {
  readonly column: string
  readonly relation: (typeof RELATIONS)[number]
  readonly value: string
}

export function filterText(filter: Filter, columns: readonly Column[]): string {
  const column = columns.find((each) => each.id === filter.column)
  const title = column?.title ?? filter.column
  // Shares are shown as they are written in the table.
  const number = Number(filter.value)
  const value = column?.share && !Number.isNaN(number) ? formatPercent(number, 2) : filter.value
  return filter.relation === ':' ? `${title}: ${value}` : `${title} ${filter.relation} ${value}`
}

/** What was typed: a filter, a sentence that says what is wrong with it, or null for plain words. */
export type TypedFilter = { readonly filter: Filter } | { readonly problem: string } | null

/**
 * Columns that a name can mean: by id or title, a label, a metric's last value; else by the last part of
 * either.
 */
function columnsNamed(name: string, columns: readonly Column[]): readonly Column[] {
  const wanted = name.toLowerCase()
  const ids = [wanted, `last:${wanted}`, `label:${wanted}`]
  const exact = columns.filter(
    ({ id, title }) => ids.includes(id.toLowerCase()) || title.toLowerCase() === wanted,
  )
  if (exact.length > 0) return exact.slice(0, 1)
  // `accuracy` may be that of the test or of validation, `scheme` is a field's last word.
  return columns.filter(
    ({ id, title }) =>
      !id.startsWith('best:') &&
      (id.toLowerCase().endsWith(`.${wanted}`) || title.toLowerCase().endsWith(` ${wanted}`)),
  )
}

/** The number that a text means in a column: shares may be written in per cent, as the table shows them. */
function numberIn(column: Column, text: string): number | null {
  const percent = /^(.*?)\s*%$/.exec(text)
  const value = Number((percent ? percent[1] : text).replace('−', '-'))
  if (text.trim() === '' || Number.isNaN(value)) return null
  return percent || (column.share && Math.abs(value) > 1) ? value / 100 : value
}

/** Reads a filter such as `status:failed`, `test accuracy > 90 %`, `density<0.2`. */
export function readFilter(text: string, columns: readonly Column[]): TypedFilter {
  const match = /^\s*(.+?)\s*(<=|>=|[:=<>≤≥])\s*(.*?)\s*$/.exec(text)
  if (!match) return null
  const [, name, sign, value] = match
  const found = columnsNamed(name, columns)
  if (found.length === 0) {
    const near = suggestion(
      name,
      columns.map(({ title }) => title),
    )
    return { problem: `There is no column “${name}”.${near} Columns shows all names.` }
  }
  if (found.length > 1) {
    const titles = found.slice(0, 4).map(({ title }) => `“${title}”`)
    return {
      problem: `“${name}” may be ${titles.join(', ')}${found.length > 4 ? ', …' : ''}: write one of them.`,
    }
  }
  const [column] = found
  if (value === '')
    return { problem: `What should “${column.title}” be? For instance ${column.title}:value.` }
  const relation =
    sign === '=' ? ':' : sign === '<=' ? '≤' : sign === '>=' ? '≥' : (sign as Filter['relation'])
  const number = column.numeric ? numberIn(column, value) : null
  if (number !== null) return { filter: { column: column.id, relation, value: String(number) } }
  if (relation === ':') return { filter: { column: column.id, relation, value } }
  return {
    problem: column.numeric
      ? `“${column.title}” is compared with numbers; “${value}” is none.`
      : `“${column.title}” holds no numbers; write ${column.title}:${value}.`,
  }
}

/** The filter that a text is, or null when it is none. */
export function parseFilter(text: string, columns: readonly Column[]): Filter | null {
  const read = readFilter(text, columns)
  return read && 'filter' in read ? read.filter : null
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
