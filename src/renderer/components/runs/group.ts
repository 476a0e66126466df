/**
 * Groups of rows that share the values of some columns, and what a group shows in each column: the value
 * that all share, mean ± sample deviation of numbers, or how many values there are.
 */
import type { RunRow } from '../../../shared/contract/lab.ts'
import { decimalsFor, formatNumber } from '../../../shared/format/number.ts'
import { mean, sampleStd } from '../../../shared/stats/summary.ts'
import { knownClasses } from '../../../shared/spec/data-shapes.ts'
import { hasEnded } from '../../../shared/stats/counting.ts'
import { divergedEnd, divergedValue } from '../../../shared/stats/diverged.ts'
import { isShare, plural } from '../../format.ts'
import type { CellValue, Column } from './columns.ts'
import { compareCells } from './filter.ts'
import type { Sorting } from './filter.ts'

/** Stands for a grouping by everything but the seed: the identity of the specification without it. */
export const ALL_BUT_SEED = 'all-but-seed'

/** The column that names the groups; it is there as long as the rows are grouped. */
export const GROUP_COLUMN = '#group'

/** What runs are called beneath the head of their group. */
export const groupColumn: Column = {
  id: GROUP_COLUMN,
  title: 'Group',
  width: 300,
  numeric: false,
  value: (row) => row.spec.seed,
  format: (value) => `seed ${String(value)}`,
  text: (row) => `seed ${row.spec.seed}`,
}

export interface RunGroup {
  readonly key: string
  /** Values shared by the group's rows, by which it is known. */
  readonly title: string
  readonly rows: readonly RunRow[]
}

/** A line of the table: the head of a group, or a run. */
export type TableItem =
  | { readonly kind: 'group'; readonly group: RunGroup; readonly open: boolean }
  | { readonly kind: 'run'; readonly row: RunRow; readonly level: 1 | 2 }

/** Groups in the order of their first rows. Keys hold exact values, never rounded ones. */
export function groupRows(
  rows: readonly RunRow[],
  grouping: readonly string[],
  columns: readonly Column[],
): readonly RunGroup[] {
  const by = columns.filter((column) => grouping.includes(column.id))
  const allButSeed = grouping.includes(ALL_BUT_SEED)
  const groups = new Map<string, { title: string; rows: RunRow[] }>()
  for (const row of rows) {
    const parts: (string | number | null)[] = by.map((column) => cellKey(column.value(row)))
    if (allButSeed) parts.push(row.group)
    const key = JSON.stringify(parts)
    const group = groups.get(key)
    if (group) group.rows.push(row)
    else groups.set(key, { title: titleOf(row, by, allButSeed), rows: [row] })
  }
  return [...groups].map(([key, group]) => ({ key, ...group }))
}

/** JSON writes NaN and infinities as null; here they are values of their own. */
function cellKey(value: CellValue): string | number | null {
  return typeof value === 'number' && !Number.isFinite(value) ? `number ${value}` : value
}

function titleOf(row: RunRow, by: readonly Column[], allButSeed: boolean): string {
  const parts = by.map((column) => `${column.title} ${column.text(row)}`)
  if (allButSeed) {
    const { model, sparsity, initialization } = row.spec
    const point = Object.values(row.labels).join(' · ')
    parts.push(point || `${model.name} · ${initialization.scheme} · density ${sparsity.density}`)
  }
  return parts.join(' · ')
}

export interface GroupCell {
  readonly text: string
  /** What groups are sorted by: the shared value or the mean; null where there is neither. */
  readonly value: CellValue
  /** The numbers behind the text, in words; empty where there is nothing to add. */
  readonly detail: string
}

/** A run's value as means take it: of a diverged run what it counts with. */
function cellOf(row: RunRow, column: Column): CellValue {
  const value = column.value(row)
  const metric = /^(?:last|best):(.*)$/.exec(column.id)?.[1]
  if (row.status !== 'diverged' || metric === undefined || typeof value !== 'number') return value
  const { id, step, divergedAt, spec, last } = row
  const end = divergedEnd(id, divergedAt ?? step, knownClasses(spec.data.name), last['train.loss'])
  return divergedValue(metric, value, end)
}

/**
 * What a group shows in a column; of metrics only runs that ended take part, which `detail` tells;
 * missing values take no part and are told in `detail`.
 */
export function groupCell({ rows }: RunGroup, column: Column): GroupCell {
  const measured = /^(last|best):/.exec(column.id)
  const counted = measured ? rows.filter(({ status }) => hasEnded(status)) : rows
  const left = rows.length - counted.length
  const apart = left > 0 ? `, ${left} not ended and not counted` : ''
  const present = counted.map((row) => cellOf(row, column)).filter((value) => value !== null)
  if (present.length === 0) return { text: '–', value: null, detail: apart.replace(/^, /, '') }
  const without = counted.length - present.length
  const missing = `${without > 0 ? `, ${without} without a value` : ''}${apart}`
  const [first] = present
  if (present.every((value) => Object.is(value, first))) {
    return {
      text: column.format(first),
      value: first,
      detail: missing ? `n = ${present.length}${missing}` : '',
    }
  }
  const numbers = present.filter((value) => typeof value === 'number')
  if (column.id === 'id') {
    return { text: plural(rows.length, 'run'), value: null, detail: numbers.join(', ') }
  }
  if (column.id === 'seed') {
    // Names that happen to be numbers: a mean of them says nothing.
    const sorted = [...numbers].sort((a, b) => a - b)
    return { text: `${sorted[0]} … ${sorted.at(-1)}`, value: null, detail: sorted.join(', ') }
  }
  if (!column.numeric || numbers.length < present.length) {
    return { text: plural(new Set(present).size, 'value'), value: null, detail: '' }
  }
  const center = mean(numbers)
  const spread = sampleStd(numbers)
  return {
    text: meanText(column, center, spread),
    value: center,
    detail: `mean ± sample deviation, n = ${numbers.length}${missing}`,
  }
}

function meanText(column: Column, center: number, spread: number | null): string {
  const metric = column.id.replace(/^(last|best):/, '')
  if (isShare(metric) && Number.isFinite(center)) {
    return `${(100 * center).toFixed(2)} ± ${spread === null ? '–' : (100 * spread).toFixed(2)} %`
  }
  const isMeasure = column.id.includes(':') || column.id.includes('.')
  if (!isMeasure) return `⌀ ${column.format(center)}`
  const decimals = decimalsFor(center)
  const text = formatNumber(center, decimals)
  return spread === null ? text : `${text} ± ${formatNumber(spread, decimals)}`
}

/** Groups sorted by what they show in the sorted column, in the manner of rows. */
export function sortGroups(
  groups: readonly RunGroup[],
  sorting: Sorting,
  columns: readonly Column[],
): readonly RunGroup[] {
  const column = columns.find((each) => each.id === sorting.column)
  // The rows are sorted already, so groups stand in the order of their first: right for run numbers.
  if (!column || column.id === 'id' || column.id === 'seed') return groups
  return groups
    .map((group, at) => ({ group, at, value: groupCell(group, column).value }))
    .sort((a, b) => compareCells(a.value, b.value, sorting.descending) || a.at - b.at)
    .map(({ group }) => group)
}

/** The lines of the table: rows as they are, or heads of groups with the rows of those that are open. */
export function itemsOf(
  groups: readonly RunGroup[] | null,
  rows: readonly RunRow[],
  isOpen: (key: string) => boolean,
): readonly TableItem[] {
  if (!groups) return rows.map((row) => ({ kind: 'run', row, level: 1 }))
  return groups.flatMap((group): TableItem[] => {
    const open = isOpen(group.key)
    const head: TableItem = { kind: 'group', group, open }
    if (!open) return [head]
    return [head, ...group.rows.map((row): TableItem => ({ kind: 'run', row, level: 2 }))]
  })
}
