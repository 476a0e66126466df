/** Tables for a terminal. */
import type { CompareTable } from '../contract/lab.ts'
import { oneLine } from './one-line.ts'
import { shownTable } from './shown-table.ts'
import type { ShownCell, ShownTable } from './shown-table.ts'

/** Aligned columns under a header and a rule. `right`: indices of columns that stand to the right. */
export function textTable(
  titles: readonly string[],
  entries: readonly (readonly string[])[],
  right: ReadonlySet<number> = new Set(),
): string {
  const header = titles.map(oneLine)
  const rows = entries.map((row) => row.map(oneLine))
  const widths = header.map((title, column) =>
    Math.max(visible(title), ...rows.map((row) => visible(row[column] ?? ''))),
  )
  const line = (cells: readonly string[]) =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? ''
        const fill = ' '.repeat(Math.max(0, width - visible(cell)))
        return right.has(column) ? fill + cell : cell + fill
      })
      .join('  ')
      .trimEnd()
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n')
}

/** Letters that take a place: combining marks (an underline) do not. */
function visible(text: string): number {
  return [...text.replace(/\p{M}/gu, '')].length
}

/**
 * The comparison for a terminal, as it is shown: **best of its family**, _best of the model_, * incomplete,
 * † diverged; caption below.
 */
export function textCompareTable(table: CompareTable): string {
  if (table.rows.length === 0) return table.caption
  return textShownTable(shownTable(table))
}

/** A shown table with its caption. */
export function textShownTable({ columns, rows, caption }: ShownTable): string {
  const right = new Set(columns.flatMap((column, index) => (column.right ? [index] : [])))
  const cells = rows.map((row) => row.map(textCell))
  const legend = caption.replace('Bold:', '**Bold**:').replace('Underlined:', '_Underlined_:')
  const header = columns.map(({ title }) => title)
  return `${textTable(header, cells, right)}\n\n${legend}`
}

function textCell({ text, marks = '', bold, underlined }: ShownCell): string {
  const strong = bold ? `**${text}${marks}**` : text + marks
  return underlined ? `_${strong}_` : strong
}
