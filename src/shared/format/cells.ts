/** Tables of plain cells, for results that are no comparison: counts, times. */
import { latexEnvironment, latexRow, latexText } from './latex.ts'
import { markdownRows } from './markdown.ts'

export interface CellTable {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly caption: string
  /** Columns that stand to the right. */
  readonly right: ReadonlySet<number>
}

/** A Markdown table and its caption. */
export function markdownCells({ header, rows, caption, right }: CellTable): string {
  const safe = (cells: readonly string[]) => cells.map((cell) => cell.replaceAll('|', '\\|'))
  const table = markdownRows(
    safe(header),
    rows.map(safe),
    header.map((_, column) => right.has(column)),
  )
  return `${table}\n${caption}\n`
}

/** A `table` environment; needs \usepackage{booktabs}. */
export function latexCells({ header, rows, caption, right }: CellTable, label: string): string {
  return latexEnvironment({
    caption,
    label,
    columns: header.map((_, column) => (right.has(column) ? 'r' : 'l')).join(''),
    head: [latexRow(header.map(latexText))],
    body: rows.map((cells) => latexRow(cells.map(latexText))),
  })
}
