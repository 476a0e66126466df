/** The comparison as Markdown: the cells of the screen, bold and underlined as there. */
import type { CompareTable } from '../contract/lab.ts'
import { SIGNIFICANCE_HEADER, significanceCaption, significanceRows } from './significance.ts'
import { shownTable } from './shown-table.ts'
import type { ShownCell, ShownTable } from './shown-table.ts'

/** Text safe in a cell. */
export function markdownText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll('\\', '\\\\')
    .replaceAll('&', '&amp;')
    .replace(/[|*_<>`[\]~]/g, (letter) => (letter === '<' ? '&lt;' : `\\${letter}`))
}

/** A table of cells that are safe already. `right`: columns whose cells stand at the right. */
export function markdownRows(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly boolean[] = [],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = header.map((_, column) => (right[column] ? '---:' : '---'))
  return `${[line(header), line(rule), ...rows.map(line)].join('\n')}\n`
}

/** A cell in bold and underlined as it is shown; underlining needs `<u>`, since Markdown has none. */
export function markdownCell({ text, marks = '', bold, underlined, delta }: ShownCell): string {
  const plain = markdownText(text + marks)
  const strong = bold ? `**${plain}**` : plain
  const shown = underlined ? `<u>${strong}</u>` : strong
  return delta === undefined ? shown : `${shown} Δ ${markdownText(delta)}`
}

/** The comparison as it is shown, and its caption. */
export function markdownTable(compared: CompareTable, shown: ShownTable = shownTable(compared)): string {
  return markdownShownTable(shown)
}

/** A table as it is shown, and its caption. */
export function markdownShownTable({ columns, rows, caption }: ShownTable): string {
  const table = markdownRows(
    columns.map(({ title }) => markdownText(title)),
    rows.map((cells) => cells.map(markdownCell)),
    columns.map(({ right }) => right),
  )
  return `${table}\n${markdownText(caption)}\n`
}

/** The tests between rows, with their caption. */
export function markdownSignificance(compared: CompareTable): string {
  const rows = significanceRows(compared).map((cells) => cells.map(markdownText))
  return `${markdownRows(SIGNIFICANCE_HEADER, rows)}\n${markdownText(significanceCaption(compared))}\n`
}
