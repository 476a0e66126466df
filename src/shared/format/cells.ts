/** Tables of plain cells, for results that are no comparison: counts, times. */
import { latexText } from './latex.ts'

export interface CellTable {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly caption: string
  /** Columns that stand to the right. */
  readonly right: ReadonlySet<number>
}

/** A Markdown table and its caption. */
export function markdownCells({ header, rows, caption, right }: CellTable): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const rule = header.map((_, column) => (right.has(column) ? '---:' : '---'))
  return `${[line(header), line(rule), ...rows.map(line)].join('\n')}\n\n${caption}\n`
}

/** A `table` environment; needs \usepackage{booktabs}. */
export function latexCells({ header, rows, caption, right }: CellTable, label: string): string {
  const line = (cells: readonly string[]) => `    ${cells.map(latexText).join(' & ')} \\\\`
  return [
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${latexText(caption)}}`,
    `  \\label{${label}}`,
    `  \\begin{tabular}{${header.map((_, column) => (right.has(column) ? 'r' : 'l')).join('')}}`,
    '    \\toprule',
    line(header),
    '    \\midrule',
    ...rows.map(line),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n')
}
