/**
 * The two-way table in words: for the window and the terminal, as CSV and Markdown, all from one grid.
 */
import type { BesideColumn, CompareRow, TwoWayTable } from '../contract/compare.ts'
import { isIncomplete } from '../stats/significance.ts'
import { csvTable } from './csv.ts'
import { markdownCell, markdownRows, markdownText } from './markdown.ts'
import { differenceText, isShare, meanText, metricHeading } from './metric.ts'
import { formatCount, formatNumber } from './number.ts'
import { countText, plainCell } from './shown-table.ts'
import type { ShownCell } from './shown-table.ts'
import { textTable } from './text-table.ts'

export interface TwoWayGrid {
  /** Titles of the columns that name the rows. */
  readonly rowKeys: readonly string[]
  /** Lines of column heads, outermost first: each key with a head per column. */
  readonly headLines: readonly { readonly key: string; readonly heads: readonly string[] }[]
  readonly rows: readonly {
    readonly head: readonly string[]
    readonly cells: readonly ShownCell[]
    readonly beside: readonly string[]
  }[]
  /** Cells across neighbouring columns. */
  readonly across: readonly {
    readonly head: readonly string[]
    readonly cells: readonly { readonly cell: ShownCell; readonly span: number }[]
    readonly beside: readonly string[]
  }[]
  /** Titles of the facts that stand behind the cells of each row. */
  readonly besideTitles: readonly string[]
  readonly caption: string
}

/** `93.12 ± 0.21 (3)`, marked; `2 of 3` where runs are missing. */
function cellText(metric: string, row: CompareRow): ShownCell {
  const marks = `${isIncomplete(row) ? '*' : ''}${row.diverged > 0 ? '†' : ''}`
  const text = row.n === 0 ? `– (${countText(row)})` : `${meanText(metric, row)} (${countText(row)})`
  const difference = row.n === 0 ? undefined : row.against?.difference
  const delta = difference === undefined ? {} : { delta: differenceText(metric, difference) }
  return { text, ...(marks === '' ? {} : { marks }), ...delta }
}

interface Fact {
  readonly title: string
  readonly of: (row: CompareRow) => number | null
  readonly text: (value: number) => string
}

const BESIDE: Readonly<Record<BesideColumn, Fact>> = {
  parameters: { title: 'Parameters', of: (row) => row.parameters, text: formatCount },
  density: { title: 'Density reached', of: (row) => row.density, text: (value) => formatNumber(value) },
  operations: {
    title: 'Training operations',
    of: (row) => row.operations || null,
    text: formatCount,
  },
}

/** `2072`, or `2072 – 28.5 k` where the cells of a row differ. */
function rangeText(rows: readonly (CompareRow | null)[], of: Fact['of'], text: Fact['text']): string {
  const values = rows.flatMap((row) => (row ? (of(row) ?? []) : []))
  if (values.length === 0) return '–'
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]
  return text(low) === text(high) ? text(low) : `${text(low)} – ${text(high)}`
}

/** The table as cells of text. */
export function twoWayGrid(table: TwoWayTable): TwoWayGrid {
  const { metric, rowKeys, columnKeys, columnHeads, beside = [] } = table
  const facts = (rows: readonly (CompareRow | null)[]) =>
    beside.map((column) => rangeText(rows, BESIDE[column].of, BESIDE[column].text))
  return {
    rowKeys,
    headLines:
      columnKeys.length > 0
        ? columnKeys.map((key, depth) => ({ key, heads: columnHeads.map((head) => head[depth]) }))
        : [{ key: '', heads: columnHeads.map(() => metricHeading(metric)) }],
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
      beside: facts(cells.map((cell) => cell?.row ?? null)),
    })),
    across: table.across.map(({ head, spans }) => ({
      head,
      cells: spans.map(({ row, span }) => ({
        cell: row === null ? { text: '–' } : cellText(metric, row),
        span,
      })),
      beside: facts(spans.map(({ row }) => row)),
    })),
    besideTitles: beside.map((column) => BESIDE[column].title),
    caption: captionOf(table),
  }
}

function captionOf({ metric, rowKeys, caption, rows }: TwoWayTable): string {
  // Bold and underline of this table are by column; the comparison's own sentences say another rule.
  const others = caption
    .split(/(?<=\.) /)
    .filter((sentence) => !/^(Bold|Underlined):|, underlined, /.test(sentence))
    .join(' ')
  const marked = rows.some(({ cells }) => cells.some((cell) => cell?.bold))
  const groups = rowKeys.length > 1 ? ` of its ${rowKeys[0]}; underlined: best of the column` : ''
  const rule = marked ? ` Bold: best of the column${groups}.` : ''
  return `${others} ${isShare(metric) ? 'In per cent, n' : 'n'} in brackets.${rule}`
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

/** Cells across columns once for each, for formats that have none such. */
const repeated = (cells: TwoWayGrid['across'][number]['cells']) =>
  cells.flatMap(({ cell, span }) => Array.from({ length: span }, () => cell))

/** The grid as CSV, cells as shown. */
export function twoWayCsv(grid: TwoWayGrid): string {
  const rows = [
    ...grid.rows.map(({ head, cells, beside }) => [...head, ...cells.map(plainCell), ...beside]),
    ...grid.across.map(({ head, cells, beside }) => [...head, ...repeated(cells).map(plainCell), ...beside]),
  ]
  return csvTable([...grid.rowKeys, ...columnTitles(grid), ...grid.besideTitles], rows)
}

/** The grid for a terminal. */
export function twoWayText(grid: TwoWayGrid): string {
  const cell = (each: ShownCell) => {
    const own = plainCell({ ...each, delta: undefined })
    const strong = each.bold ? `**${own}**` : own
    const marked = each.underlined ? `_${strong}_` : strong
    return each.delta === undefined ? marked : `${marked} Δ ${each.delta}`
  }
  const rows = [
    ...grid.rows.map(({ head, cells, beside }) => [...head, ...cells.map(cell), ...beside]),
    ...grid.across.map(({ head, cells, beside }) => [...head, ...repeated(cells).map(cell), ...beside]),
  ]
  const header = [...grid.rowKeys, ...columnTitles(grid), ...grid.besideTitles]
  const right = new Set(header.flatMap((_, index) => (index < grid.rowKeys.length ? [] : [index])))
  return `${textTable(header, rows, right)}\n\n${grid.caption}`
}

/** The grid as Markdown, which has no cells across columns: they are repeated. */
export function twoWayMarkdown(grid: TwoWayGrid): string {
  const titles = [...columnTitles(grid), ...grid.besideTitles]
  const table = markdownRows(
    [...grid.rowKeys, ...titles].map(markdownText),
    [
      ...grid.rows.map(({ head, cells, beside }) => [
        ...head.map(markdownText),
        ...cells.map(markdownCell),
        ...beside.map(markdownText),
      ]),
      ...grid.across.map(({ head, cells, beside }) => [
        ...head.map(markdownText),
        ...repeated(cells).map(markdownCell),
        ...beside.map(markdownText),
      ]),
    ],
    [...grid.rowKeys.map(() => false), ...titles.map(() => true)],
  )
  return `${table}\n${markdownText(grid.caption)}\n`
}
