/** Tables for a terminal. */
import type { CompareTable } from '../contract/lab.ts'
import { isIncomplete, metricName } from '../stats/compare.ts'
import { decimalsFor, formatCount, formatMean, formatNumber, formatPercent } from './number.ts'

/** Aligned columns under a header and a rule. `right`: indices of columns that stand to the right. */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number> = new Set(),
): string {
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
 * The comparison for a terminal: **best of its family**, _best of the model_, * incomplete, † diverged;
 * caption below.
 */
export function textCompareTable(table: CompareTable): string {
  if (table.rows.length === 0) return table.caption
  const axes = table.axes.length > 0 ? [...table.axes] : ['Run']
  const header = [...axes, metricName(table.metric), 'Min', 'Max', 'Density', 'Parameters']
  const rows = table.rows.map((row) => {
    const value = formatMean(row) + (isIncomplete(row) ? '*' : '') + (row.diverged > 0 ? '†' : '')
    const bold = row.bestOfFamily ? `**${value}**` : value
    return [
      ...(table.axes.length > 0 ? table.axes.map((axis) => row.labels[axis] ?? '–') : [row.label]),
      row.bestOverall ? `_${bold}_` : bold,
      extreme(row, row.min),
      extreme(row, row.max),
      row.density === null ? '–' : formatPercent(row.density),
      row.parameters === null ? '–' : formatCount(row.parameters),
    ]
  })
  const right = new Set([1, 2, 3, 4].map((offset) => axes.length + offset))
  const legend = table.caption.replace('Bold:', '**Bold**:').replace('Underlined:', '_Underlined_:')
  return `${textTable(header, rows, right)}\n\n${legend}`
}

function extreme(row: CompareTable['rows'][number], value: number): string {
  return row.n === 0 ? '–' : formatNumber(value, decimalsFor(row.mean))
}
