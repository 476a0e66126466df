/** The two-way table: one thing down, another across, a mean in each cell. */
import type { CompareRow, CompareTable, TwoWayTable } from '../contract/compare.ts'
import { isIncomplete } from './significance.ts'
import { groupBy } from './summary.ts'

/** Label of an axis that makes no difference to a row. */
const ANY = 'any'

/**
 * A comparison whose axes are the keys of rows and columns, laid out both ways; heads in the order in
 * which they first appear. A row for which no column makes a difference (a dense network over densities)
 * stands beneath, with one cell across all columns. Bold: the best of its column among the rows that
 * share the first of several row keys, else of the column; underlined: the best of the column, where
 * there are such groups. Nothing that a missing run could change is marked.
 */
export function twoWayTable(
  table: CompareTable,
  rows: readonly string[],
  columns: readonly string[],
  direction: 'higher' | 'lower' | null,
): TwoWayTable {
  const headOf = (row: CompareRow, keys: readonly string[]) => keys.map((key) => row.labels[key] ?? '–')
  const spans = (row: CompareRow) => columns.length > 0 && headOf(row, columns).every((head) => head === ANY)
  const inGrid = table.rows.filter((row) => !spans(row))
  const columnHeads = inOrder(inGrid.map((row) => headOf(row, columns)))
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
    across: table.rows.filter(spans).map((row) => ({ head: headOf(row, rows), row })),
    caption: table.caption,
  }
}

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

/** Groups of the best rows of two or more; none where one of them is incomplete. */
function best(rows: readonly (CompareRow | null)[], direction: 'higher' | 'lower' | null): string[] {
  const there = rows.flatMap((row) => row ?? [])
  const ranked = there.filter((row) => !Number.isNaN(row.mean))
  if (direction === null || there.length < 2 || ranked.length === 0 || there.some(isIncomplete)) return []
  const means = ranked.map(({ mean }) => mean)
  const top = means.reduce((a, b) => (direction === 'higher' ? Math.max(a, b) : Math.min(a, b)))
  return ranked.filter(({ mean }) => mean === top).map(({ group }) => group)
}
