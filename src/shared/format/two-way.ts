/**
 * The two-way table in words: for the window and the terminal, as CSV, LaTeX and Markdown, all from one
 * grid.
 */
import type { CompareRow, TwoWayTable } from '../contract/compare.ts'
import { isIncomplete } from '../stats/significance.ts'
import { csvTable } from './csv.ts'
import { latexCell, latexEnvironment, latexRow, latexText } from './latex.ts'
import { markdownCell, markdownRows, markdownText } from './markdown.ts'
import { meanText, metricHeading } from './metric.ts'
import { countText } from './shown-table.ts'
import type { ShownCell } from './shown-table.ts'
import { textTable } from './text-table.ts'

export interface TwoWayGrid {
  /** Titles of the columns that name the rows. */
  readonly rowKeys: readonly string[]
  /** Lines of column heads, outermost first: each key with a head per column. */
  readonly headLines: readonly { readonly key: string; readonly heads: readonly string[] }[]
  readonly rows: readonly { readonly head: readonly string[]; readonly cells: readonly ShownCell[] }[]
  /** One cell across all columns. */
  readonly across: readonly { readonly head: readonly string[]; readonly cell: ShownCell }[]
  readonly caption: string
}

/** `93.12 ± 0.21 (3)`, marked; `2 of 3` where runs are missing. */
function cellText(metric: string, row: CompareRow): ShownCell {
  const marks = `${isIncomplete(row) ? '*' : ''}${row.diverged > 0 ? '†' : ''}`
  const text = row.n === 0 ? `– (${countText(row)})` : `${meanText(metric, row)} (${countText(row)})`
  return marks === '' ? { text } : { text, marks }
}

/** The table as cells of text. */
export function twoWayGrid(table: TwoWayTable): TwoWayGrid {
  const { metric, rowKeys, columnKeys, columnHeads } = table
  return {
    rowKeys,
    headLines: columnKeys.map((key, depth) => ({ key, heads: columnHeads.map((head) => head[depth]) })),
    rows: table.rows.map(({ head, cells }) => ({
      head,
      cells: cells.map((cell) =>
        cell === null
          ? { text: '–' }
          : {
              ...cellText(metric, cell.row),
              ...(cell.bold ? { bold: true } : {}),
              ...(cell.underlined ? { underlined: true } : {}),
            },
      ),
    })),
    across: table.across.map(({ head, row }) => ({ head, cell: cellText(metric, row) })),
    caption: captionOf(table),
  }
}

function captionOf({ metric, rowKeys, caption, rows }: TwoWayTable): string {
  // Bold and underline of this table are by column; the comparison's own sentences say another rule.
  const others = caption
    .split(/(?<=\.) /)
    .filter((sentence) => !/^(Bold|Underlined):/.test(sentence))
    .join(' ')
  const marked = rows.some(({ cells }) => cells.some((cell) => cell?.bold))
  const groups = rowKeys.length > 1 ? ` of its ${rowKeys[0]}; underlined: best of the column` : ''
  const rule = marked ? ` Bold: best of the column${groups}.` : ''
  return `${metricHeading(metric)}, mean ± sample standard deviation (n). ${others}${rule}`
}

/** Neighbouring equal heads as one, with the number of columns that it spans. */
export function headSpans(
  heads: readonly string[],
  parents: readonly string[],
): { head: string; span: number }[] {
  const spans: { head: string; span: number; parent: string }[] = []
  heads.forEach((head, index) => {
    const last = spans.at(-1)
    if (last && last.head === head && last.parent === parents[index]) last.span += 1
    else spans.push({ head, span: 1, parent: parents[index] })
  })
  return spans.map(({ head, span }) => ({ head, span }))
}

/** What stands above each column in the lines before. */
export function parentsOf(grid: TwoWayGrid, line: number): string[] {
  const columns = grid.headLines[0]?.heads.length ?? 0
  return Array.from({ length: columns }, (_, column) =>
    JSON.stringify(grid.headLines.slice(0, line).map(({ heads }) => heads[column])),
  )
}

/** Title of a column in formats with one line of heads: `relu · 0.1`. */
function columnTitles({ headLines }: TwoWayGrid): string[] {
  const columns = headLines[0]?.heads.length ?? 0
  return Array.from({ length: columns }, (_, column) =>
    headLines.map(({ heads }) => heads[column]).join(' · '),
  )
}

const columnsOf = (grid: TwoWayGrid) => grid.headLines[0]?.heads.length ?? 0
const plain = ({ text, marks = '' }: ShownCell) => text + marks

/** The grid as CSV, cells as shown. */
export function twoWayCsv(grid: TwoWayGrid): string {
  const rows = [
    ...grid.rows.map(({ head, cells }) => [...head, ...cells.map(plain)]),
    ...grid.across.map(({ head, cell }) => [...head, ...columnTitles(grid).map(() => plain(cell))]),
  ]
  return csvTable([...grid.rowKeys, ...columnTitles(grid)], rows)
}

/** The grid for a terminal. */
export function twoWayText(grid: TwoWayGrid): string {
  const cell = (each: ShownCell) => {
    const strong = each.bold ? `**${plain(each)}**` : plain(each)
    return each.underlined ? `_${strong}_` : strong
  }
  const rows = [
    ...grid.rows.map(({ head, cells }) => [...head, ...cells.map(cell)]),
    ...grid.across.map(({ head, cell: one }) => [...head, plain(one)]),
  ]
  const header = [...grid.rowKeys, ...columnTitles(grid)]
  const right = new Set(columnTitles(grid).map((_, index) => grid.rowKeys.length + index))
  return `${textTable(header, rows, right)}\n\n${grid.caption}`
}

/** The grid as Markdown, which has no cells across columns: they are repeated. */
export function twoWayMarkdown(grid: TwoWayGrid): string {
  const titles = columnTitles(grid)
  const table = markdownRows(
    [...grid.rowKeys, ...titles].map(markdownText),
    [
      ...grid.rows.map(({ head, cells }) => [...head.map(markdownText), ...cells.map(markdownCell)]),
      ...grid.across.map(({ head, cell }) => [
        ...head.map(markdownText),
        ...titles.map(() => markdownCell(cell)),
      ]),
    ],
    [...grid.rowKeys.map(() => false), ...titles.map(() => true)],
  )
  return `${table}\n${markdownText(grid.caption)}\n`
}

/** The grid as a booktabs table: heads of several columns and cells across all by \multicolumn. */
export function twoWayLatex(grid: TwoWayGrid, label: string): string {
  const width = grid.rowKeys.length
  const count = columnsOf(grid)
  const head = grid.headLines.flatMap(({ heads }, line) => {
    const last = line === grid.headLines.length - 1
    const titles = grid.rowKeys.map((key) => (last ? latexText(key) : ''))
    if (last) return [latexRow([...titles, ...heads.map(latexText)])]
    const spans = headSpans(heads, parentsOf(grid, line))
    let from = width + 1
    const rules = spans.map(({ span }) => {
      const rule = `\\cmidrule(lr){${from}-${from + span - 1}}`
      from += span
      return rule
    })
    const cells = spans.map(({ head: title, span }) => `\\multicolumn{${span}}{c}{${latexText(title)}}`)
    return [latexRow([...titles, ...cells]), rules.join(' ')]
  })
  const across = grid.across.map(({ head: titles, cell }) =>
    latexRow([...titles.map(latexText), `\\multicolumn{${Math.max(1, count)}}{c}{${latexCell(cell)}}`]),
  )
  return `% \\usepackage{booktabs}\n${latexEnvironment({
    caption: grid.caption,
    label,
    columns: 'l'.repeat(width) + 'r'.repeat(count),
    head: head.length > 0 ? head : [latexRow(grid.rowKeys.map(latexText))],
    body: [
      ...grid.rows.map(({ head: titles, cells }) =>
        latexRow([...titles.map(latexText), ...cells.map(latexCell)]),
      ),
      ...(across.length > 0 && grid.rows.length > 0 ? ['\\midrule'] : []),
      ...across,
    ],
  })}`
}
