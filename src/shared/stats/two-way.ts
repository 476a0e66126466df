/** The two-way table: one thing down, another across, a mean in each cell. */
import type { CompareRow, CompareTable, TwoWayTable } from '../contract/compare.ts'
import { isIncomplete } from './significance.ts'
import { groupBy } from './summary.ts'
import { ownValue } from './own-value.ts'

/** Label of an axis that makes no difference to a row. */
const ANY = 'any'

/**
 * A comparison whose axes are the keys of rows and columns, laid out both ways; heads in the order in
 * which they first appear. A row to which a column's key makes no difference (a dense network over densities)
 * stands beneath, with one cell across all columns that agree with it. Bold: the best of its column among
 * the rows that share the first of several row keys, else of the column; underlined: the best of the column,
 * where there are such groups. Nothing that a missing run could change is marked.
 */
export function twoWayTable(
  table: CompareTable,
  rows: readonly string[],
  columns: readonly string[],
  direction: 'higher' | 'lower' | null,
): TwoWayTable {
  const headOf = (row: CompareRow, keys: readonly string[]) =>
    keys.map((key) => ownValue(row.labels, key) ?? '–')
  const open = table.rows.filter((row) => headOf(row, columns).includes(ANY))
  const closed = table.rows.filter((row) => !open.includes(row))
  const closedHeads = inOrder(closed.map((row) => headOf(row, columns)))
  // What agrees with no column of the others has a column of its own.
  const covered = (row: CompareRow) => closedHeads.some((head) => agree(headOf(row, columns), head))
  const inGrid = table.rows.filter((row) => closed.includes(row) || !covered(row))
  const columnHeads = inOrder(inGrid.map((row) => headOf(row, columns)))
  const spanning = open.filter(covered)
  const rowHeads = inOrder(inGrid.map((row) => headOf(row, rows)))
  const at = new Map(inGrid.map((row) => [place(headOf(row, rows), headOf(row, columns)), row]))
  const cells = rowHeads.map((head) => columnHeads.map((column) => at.get(place(head, column)) ?? null))
  const grouped = rows.length > 1
  const ofColumn = (column: number) =>
    rowHeads.map((head, index) => ({ group: grouped ? head[0] : '', row: cells[index][column] }))
  const marks = columnHeads.map((_, column) => {
    const whole = ofColumn(column)
    const bold = new Set(
      [...groupBy(whole, ({ group }) => group).values()].flatMap((members) =>
        best(
          members.map(({ row }) => row),
          direction,
        ),
      ),
    )
    const underlined = new Set(
      grouped
        ? best(
            whole.map(({ row }) => row),
            direction,
          )
        : [],
    )
    return { bold, underlined }
  })
  return {
    metric: table.metric,
    at: table.at,
    ...(table.reference === undefined ? {} : { reference: table.reference }),
    rowKeys: rows,
    columnKeys: columns,
    columnHeads,
    rows: rowHeads.map((head, index) => ({
      head,
      cells: cells[index].map((row, column) =>
        row === null
          ? null
          : {
              row,
              bold: marks[column].bold.has(row.group),
              underlined: marks[column].underlined.has(row.group),
            },
      ),
    })),
    across: inOrder(spanning.map((row) => headOf(row, rows))).map((head) => ({
      head,
      spans: spansOf(
        columnHeads.map(
          (column) =>
            spanning.find((row) => same(headOf(row, rows), head) && agree(headOf(row, columns), column)) ??
            null,
        ),
      ),
    })),
    caption: table.caption,
  }
}

/** Neighbouring columns of one row as one cell. */
function spansOf(columns: readonly (CompareRow | null)[]): { row: CompareRow | null; span: number }[] {
  const spans: { row: CompareRow | null; span: number }[] = []
  for (const row of columns) {
    const last = spans.at(-1)
    if (last && last.row === row) last.span += 1
    else spans.push({ row, span: 1 })
  }
  return spans
}

/** Whether labels that may be any agree with those of a column. */
const agree = (open: readonly string[], head: readonly string[]) =>
  open.every((label, at) => label === ANY || label === head[at])

const same = (one: readonly string[], other: readonly string[]) => place(one, []) === place(other, [])

const place = (row: readonly string[], column: readonly string[]) => JSON.stringify([row, column])

/** Each head once, those that share their first parts together, in the order of first appearance. */
function inOrder(heads: readonly (readonly string[])[]): (readonly string[])[] {
  const once = [...new Map(heads.map((head) => [JSON.stringify(head), head])).values()]
  const sorted = (some: readonly (readonly string[])[], depth: number): (readonly string[])[] =>
    depth >= (some[0]?.length ?? 0)
      ? [...some]
      : [...groupBy(some, (head) => head[depth]).values()].flatMap((group) => sorted(group, depth + 1))
  return sorted(once, 0)
}

/** Groups of the rows of best finite mean of two or more; none where one of them is incomplete. */
function best(rows: readonly (CompareRow | null)[], direction: 'higher' | 'lower' | null): string[] {
  const there = rows.flatMap((row) => row ?? [])
  const ranked = there.filter((row) => Number.isFinite(row.mean))
  if (direction === null || there.length < 2 || ranked.length === 0 || there.some(isIncomplete)) return []
  const means = ranked.map(({ mean }) => mean)
  const top = means.reduce((a, b) => (direction === 'higher' ? Math.max(a, b) : Math.min(a, b)))
  return ranked.filter(({ mean }) => mean === top).map(({ group }) => group)
}
