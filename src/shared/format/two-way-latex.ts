/** The two-way table as LaTeX: booktabs, heads of several columns, cells across columns. */
import { latexCell, latexEnvironment, latexRow, latexText } from './latex.ts'
import { headSpans, parentsOf } from './two-way.ts'
import type { TwoWayGrid } from './two-way.ts'
import type { ShownCell } from './shown-table.ts'

/**
 * A `table` environment of the grid. With `siunitx` the cells of values stand in `S` columns, aligned at
 * their decimal points; what is no plain number there is protected by braces. Needs \usepackage{booktabs},
 * and \usepackage{siunitx} (version 3) if asked for.
 */
export function twoWayLatex(grid: TwoWayGrid, label: string, siunitx = false, fitted = false): string {
  const width = grid.rowKeys.length
  const count = grid.headLines[0]?.heads.length ?? 0
  const beside = grid.besideTitles.map(latexText)
  const title = (text: string) => (siunitx ? `{${latexText(text)}}` : latexText(text))
  const head = grid.headLines.flatMap(({ heads }, line) => {
    const last = line === grid.headLines.length - 1
    const titles = grid.rowKeys.map((key) => (last ? latexText(key) : ''))
    if (last) return [latexRow([...titles, ...heads.map(title), ...beside])]
    const spans = headSpans(heads, parentsOf(grid, line))
    let from = width + 1
    const rules = spans.map(({ span }) => {
      const rule = `\\cmidrule(lr){${from}-${from + span - 1}}`
      from += span
      return rule
    })
    const cells = spans.map((each) => `\\multicolumn{${each.span}}{c}{${latexText(each.head)}}`)
    return [latexRow([...titles, ...cells, ...beside.map(() => '')]), rules.join(' ')]
  })
  const across = grid.across.map((row) =>
    latexRow([
      ...row.head.map(latexText),
      ...row.cells.map(({ cell, span }) => `\\multicolumn{${span}}{c}{${latexCell(cell)}}`),
      ...row.beside.map(latexText),
    ]),
  )
  const cell = siunitx ? siunitxCell : latexCell
  const packages = `% \\usepackage{booktabs}\n${siunitx ? '% \\usepackage{siunitx} % 3 or later\n' : ''}`
  return `${packages}${latexEnvironment({
    caption: grid.caption,
    label,
    fitted,
    columns: [
      'l'.repeat(width),
      siunitx ? `*{${count}}{${siunitxColumn(grid)}}` : 'r'.repeat(count),
      'r'.repeat(beside.length),
    ].join(''),
    head: head.length > 0 ? head : [latexRow([...grid.rowKeys.map(latexText), ...beside])],
    body: [
      ...grid.rows.map((row) =>
        latexRow([...row.head.map(latexText), ...row.cells.map(cell), ...row.beside.map(latexText)]),
      ),
      ...(across.length > 0 && grid.rows.length > 0 ? ['\\midrule'] : []),
      ...across,
    ],
  })}`
}

/** `17.34 ± 2.01 (3)` in its parts; null for what is no such number. */
function partsOf(text: string): { mean: string; std: string | undefined; count: string } | null {
  const found = /^(−?\d+(?:\.\d+)?)(?: ± (\d+(?:\.\d+)?))? \((.*)\)$/.exec(text)
  return found && { mean: found[1].replace('−', '-'), std: found[2], count: found[3] }
}

/** An `S` column with as many digits as the longest cell has on either side of the point. */
function siunitxColumn(grid: TwoWayGrid): string {
  const parts = grid.rows.flatMap(({ cells }) => cells.flatMap(({ text }) => partsOf(text) ?? []))
  const digits = (of: (number: string) => number) => Math.max(1, ...parts.map(({ mean }) => of(mean)))
  const before = digits((number) => number.replace('-', '').split('.')[0].length)
  const after = Math.max(0, ...parts.map(({ mean }) => (mean.split('.')[1] ?? '').length))
  const sign = parts.some(({ mean }) => mean.startsWith('-')) ? '-' : ''
  const error = Math.max(0, ...parts.map(({ std }) => (std ?? '').replace('.', '').length))
  const uncertainty = error > 0 ? `(${error})` : ''
  const format = `${sign}${before}.${after}${uncertainty}`
  return `S[table-format=${format}, separate-uncertainty, detect-weight, mode=text]`
}

function siunitxCell(cell: ShownCell): string {
  const parts = partsOf(cell.text)
  // Underlining has no place in a number of siunitx's.
  if (!parts || cell.underlined) return `{${latexCell(cell)}}`
  const strong = cell.bold ? '\\bfseries ' : ''
  const value = parts.std === undefined ? parts.mean : `${parts.mean} \\pm ${parts.std}`
  const after = latexCell({ text: `(${parts.count})`, marks: cell.marks, delta: cell.delta })
  return `${strong}${value} {\\,${after}}`
}
