/** The comparison as a LaTeX table: booktabs, bold and underline as on screen. */
import type { CompareRow, CompareTable } from '../contract/lab.ts'
import { isIncomplete, metricName } from '../stats/compare.ts'
import { SIGNIFICANCE_CAPTION, SIGNIFICANCE_HEADER, significanceRows } from './significance.ts'
import { formatCount, formatMeanOnly, formatPercent } from './number.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '±': '$\\pm$',
  '×': '$\\times$',
  '−': '$-$',
  '–': '--',
  '·': '$\\cdot$',
  '°': '$^\\circ$',
  '∞': '$\\infty$',
  '<': '$<$',
  σ: '$\\sigma$',
  '†': '$^\\dagger$',
}

/** Text with LaTeX's special characters, and the few signs that the bench writes, made safe. */
export function latexText(text: string): string {
  return [...text].map((letter) => ESCAPES[letter] ?? letter).join('')
}

/** A `table` environment; needs \usepackage{booktabs}. */
export function latexTable(table: CompareTable, label = 'tab:comparison'): string {
  const axes = table.axes.length > 0 ? table.axes : ['Run']
  const hasParameters = table.rows.some((row) => row.parameters !== null)
  const hasDensity = table.rows.some((row) => row.density !== null)
  const header = [
    ...axes,
    ...(hasDensity ? ['Density'] : []),
    ...(hasParameters ? ['Parameters'] : []),
    metricName(table.metric),
    '$n$',
  ]
  const body = table.rows.map(
    (row) =>
      [
        ...(table.axes.length > 0 ? table.axes.map((axis) => row.labels[axis] ?? '–') : [row.label]).map(
          latexText,
        ),
        ...(hasDensity ? [row.density === null ? '--' : latexText(formatPercent(row.density))] : []),
        ...(hasParameters ? [row.parameters === null ? '--' : formatCount(row.parameters)] : []),
        latexValue(row),
        String(row.n) + (isIncomplete(row) ? '$^*$' : ''),
      ].join(' & ') + ' \\\\',
  )
  const head = header.map((each) => (each === '$n$' ? each : latexText(each))).join(' & ')
  return [
    '% \\usepackage{booktabs}',
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${latexText(table.caption)}}`,
    `  \\label{${label}}`,
    `  \\begin{tabular}{${'l'.repeat(axes.length)}${'r'.repeat(header.length - axes.length)}}`,
    '    \\toprule',
    `    ${head} \\\\`,
    '    \\midrule',
    ...body.map((line) => `    ${line}`),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n')
}

/** The tests between rows as a second table; empty text where none were asked for. */
export function latexSignificance(table: CompareTable, label: string): string {
  const body = significanceRows(table).map((cells) => `    ${cells.map(latexText).join(' & ')} \\\\`)
  return [
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${latexText(SIGNIFICANCE_CAPTION)}}`,
    `  \\label{tab:${label}-significance}`,
    '  \\begin{tabular}{llrlrr}',
    '    \\toprule',
    `    ${SIGNIFICANCE_HEADER.map(latexText).join(' & ')} \\\\`,
    '    \\midrule',
    ...body,
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n')
}

function latexValue(row: CompareRow): string {
  let text = latexText(formatMeanOnly(row)) + (row.diverged > 0 ? '$^\\dagger$' : '')
  if (row.bestOfFamily) text = `\\textbf{${text}}`
  return row.bestOverall ? `\\underline{${text}}` : text
}
