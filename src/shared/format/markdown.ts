/** The comparison as Markdown: bold and underline as on screen. */
import type { CompareRow, CompareTable } from '../contract/lab.ts'
import { isIncomplete, metricName } from '../stats/compare.ts'
import { formatCount, formatMean, formatPercent } from './number.ts'
import { SIGNIFICANCE_CAPTION, SIGNIFICANCE_HEADER, significanceRows } from './significance.ts'

/** Text safe in a cell. */
function cell(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replace(/[|*_<>`]/g, (letter) => (letter === '<' ? '&lt;' : `\\${letter}`))
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return `${[line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')}\n`
}

/** A table and its caption; underlining needs `<u>`, since Markdown has none. */
export function markdownTable(compared: CompareTable): string {
  const axes = compared.axes.length > 0 ? [...compared.axes] : ['Run']
  const rows = compared.rows.map((row) => [
    ...(compared.axes.length > 0 ? axes.map((axis) => cell(row.labels[axis] ?? '–')) : [cell(row.label)]),
    row.density === null ? '–' : formatPercent(row.density),
    row.parameters === null ? '–' : formatCount(row.parameters),
    value(row),
  ])
  const header = [...axes, 'Density', 'Parameters', metricName(compared.metric)]
  return `${table(header, rows)}\n${cell(compared.caption)}\n`
}

/** The tests between rows, with their caption. */
export function markdownSignificance(compared: CompareTable): string {
  const rows = significanceRows(compared).map((cells) => cells.map(cell))
  return `${table(SIGNIFICANCE_HEADER, rows)}\n${SIGNIFICANCE_CAPTION}\n`
}

function value(row: CompareRow): string {
  const text = cell(formatMean(row) + (isIncomplete(row) ? '*' : '') + (row.diverged > 0 ? '†' : ''))
  const bold = row.bestOfFamily ? `**${text}**` : text
  return row.bestOverall ? `<u>${bold}</u>` : bold
}
