/** The comparison as a LaTeX table: booktabs, the cells of the screen, bold and underlined as there. */
import type { CompareTable } from '../contract/lab.ts'
import { LETTER_MACRO, latexText, needsLetterMacro } from './latex-text.ts'
import { SIGNIFICANCE_HEADER, significanceCaption, significanceRows } from './significance.ts'
import { shownTable } from './shown-table.ts'
import type { ShownCell, ShownTable } from './shown-table.ts'

export { LETTER_MACRO, latexText } from './latex-text.ts'

interface LatexTable {
  readonly caption: string
  readonly label: string
  /** Column letters, e.g. `lrr`. */
  readonly columns: string
  /** Made smaller where it is wider than the line, by \\resizebox of the package graphicx. */
  readonly fitted?: boolean
  /** Lines of the head, each a whole row or a rule. */
  readonly head: readonly string[]
  readonly body: readonly string[]
}

/** A `table` environment with its rules, and before it the macro for rare letters where it needs it. */
export function latexEnvironment({ caption, label, columns, head, body, fitted }: LatexTable): string {
  const lines = [
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${latexText(caption)}}`,
    `  \\label{${label}}`,
    ...(fitted ? [FIT] : []),
    `  \\begin{tabular}{${columns}}`,
    '    \\toprule',
    ...head.map((line) => `    ${line}`),
    '    \\midrule',
    ...body.map((line) => `    ${line}`),
    '    \\bottomrule',
    fitted ? '  \\end{tabular}}' : '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n')
  return needsLetterMacro(lines) ? `${LETTER_MACRO}\n${lines}` : lines
}

const FIT = '  \\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%'

/** One row of a table from its cells. */
export function latexRow(cells: readonly string[]): string {
  return `${cells.join(' & ')} \\\\`
}

/** A cell in bold and underlined as it is shown, its marks raised behind. */
export function latexCell({ text, marks = '', bold, underlined, delta }: ShownCell): string {
  const raised = [...marks].map((mark) => LATEX_MARKS[mark] ?? latexText(mark)).join('')
  const plain = latexText(text) + (raised === '' ? '' : `$^{${raised}}$`)
  const strong = bold ? `\\textbf{${plain}}` : plain
  const shown = underlined ? `\\underline{${strong}}` : strong
  return delta === undefined ? shown : `${shown} {\\footnotesize ${latexText(`Δ ${delta}`)}}`
}

const LATEX_MARKS: Readonly<Record<string, string>> = { '*': '*', '†': '\\dagger', '⋆': '\\star' }

/** A `table` environment of the comparison as it is shown; needs \usepackage{booktabs}. */
export function latexTable(
  table: CompareTable,
  label = 'tab:comparison',
  shown: ShownTable = shownTable(table),
): string {
  return latexShownTable(shown, label)
}

/** A `table` environment of cells as they are shown; `fitted` ones need \\usepackage{graphicx} too. */
export function latexShownTable(
  { columns, rows, caption }: ShownTable,
  label: string,
  fitted = false,
): string {
  return `% \\usepackage{booktabs}\n${latexEnvironment({
    caption,
    label,
    fitted,
    columns: columns.map(({ right }) => (right ? 'r' : 'l')).join(''),
    head: [latexRow(columns.map(({ id, title }) => (id === 'n' ? '$n$' : latexText(title))))],
    body: rows.map((cells) => latexRow(cells.map(latexCell))),
  })}`
}

/** The tests between rows as a second table. */
export function latexSignificance(table: CompareTable, label: string): string {
  return latexEnvironment({
    caption: significanceCaption(table),
    label: `tab:${label}-significance`,
    columns: 'llrlrr',
    head: [latexRow(SIGNIFICANCE_HEADER.map(latexText))],
    body: significanceRows(table).map((cells) => latexRow(cells.map(latexText))),
  })
}
