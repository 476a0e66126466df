/**
 * A comparison as it is shown: columns and cells of text, once, for the window, the terminal and every
 * export, so that what is exported is what is shown.
 */
import type { CompareRow, CompareTable } from '../contract/lab.ts'
import { apartText } from '../stats/compare-text.ts'
import { isIncomplete } from '../stats/significance.ts'
import { differenceText, isShare, meanText, metricHeading, valueText } from './metric.ts'
import { formatCount, formatNumber } from './number.ts'
import { ownValue } from '../stats/own-value.ts'

export interface ShownColumn {
  /** `axis:Scheme`, `value`, `n`, … */
  readonly id: string
  readonly title: string
  /** Numbers stand at the right. */
  readonly right: boolean
  /** What the column says, where its title does not. */
  readonly help?: string
}

export interface ShownCell {
  readonly text: string
  /** Signs behind the text: * incomplete, † diverged, ⋆ significant. */
  readonly marks?: string
  readonly bold?: boolean
  readonly underlined?: boolean
  /** Difference to a reference, shown behind the text and its marks. */
  readonly delta?: string
  /** Says more: why values are missing, which row is the reference. */
  readonly help?: string
}

export interface ShownTable {
  readonly columns: readonly ShownColumn[]
  readonly rows: readonly (readonly ShownCell[])[]
  readonly caption: string
}

interface Column extends ShownColumn {
  readonly cell: (row: CompareRow) => ShownCell
}

/** The sign of a star, of which a row has up to three. */
export const STAR = '⋆'

/** The columns of a comparison, in order. To add one: its line here. */
function columnsOf(table: CompareTable): Column[] {
  const { metric, rows } = table
  const has = (of: (row: CompareRow) => unknown) => rows.some((row) => (of(row) ?? null) !== null)
  const number = (text: string): ShownCell => ({ text })
  const columns: (Column | null)[] = [
    ...labelColumns(table),
    {
      id: 'value',
      title: `${metricHeading(metric)}, mean ± std`,
      right: true,
      cell: (row) => valueCell(metric, row),
    },
    deltaColumn(table),
    { id: 'n', title: 'n', right: true, cell: (row) => number(countText(row)) },
    { id: 'min', title: 'min', right: true, cell: (row) => number(extreme(metric, row, row.min)) },
    { id: 'max', title: 'max', right: true, cell: (row) => number(extreme(metric, row, row.max)) },
    has((row) => row.parameters)
      ? {
          id: 'parameters',
          title: 'Parameters',
          right: true,
          cell: (row) => number(row.parameters === null ? '–' : formatCount(row.parameters)),
        }
      : null,
    has((row) => row.density)
      ? {
          id: 'density',
          title: 'Density reached',
          right: true,
          cell: (row) => number(row.density === null ? '–' : formatNumber(row.density)),
        }
      : null,
    has((row) => row.operations || null)
      ? {
          id: 'operations',
          title: 'Training operations',
          right: true,
          help: 'Floating-point operations of the whole training, forward and backward',
          cell: (row) => number(row.operations ? formatCount(row.operations) : '–'),
        }
      : null,
    referenceColumn(table, 'dense', 'vs dense', 'Mean less the mean of the dense network'),
    referenceColumn(
      table,
      'sameSize',
      'vs same size',
      'Mean less the mean of a dense network of about as many parameters',
    ),
    { id: 'seeds', title: 'Seeds', right: false, cell: (row) => number(row.seeds.join(', ') || '–') },
  ]
  return columns.flatMap((column) => column ?? [])
}

function labelColumns({ axes }: CompareTable): Column[] {
  if (axes.length === 0) {
    return [{ id: 'label', title: 'Group', right: false, cell: (row) => ({ text: row.label }) }]
  }
  return axes.map((axis) => ({
    id: `axis:${axis}`,
    title: axis,
    right: false,
    cell: (row) => ({ text: ownValue(row.labels, axis) ?? '–' }),
  }))
}

/** `3`, or `2 of 3` where runs are missing. */
export function countText(row: Pick<CompareRow, 'n' | 'expected'>): string {
  return row.n < row.expected ? `${row.n} of ${row.expected}` : String(row.n)
}

function valueCell(metric: string, row: CompareRow): ShownCell {
  const stars = STAR.repeat(row.stars ?? 0)
  const incomplete = isIncomplete(row)
  const marks = `${incomplete ? '*' : ''}${row.diverged > 0 ? '†' : ''}${stars}`
  const reasons = [
    ...(row.n < row.expected ? [`${countText(row)} seeds: ${apartText([row])}`] : []),
    ...(row.diverged > 0 ? [`${row.diverged} diverged`] : []),
  ]
  return {
    text: meanText(metric, row),
    ...(marks === '' ? {} : { marks }),
    ...(row.bestOfFamily ? { bold: true } : {}),
    ...(row.bestOverall ? { underlined: true } : {}),
    ...(reasons.length > 0 ? { help: reasons.join('; ') } : {}),
  }
}

function extreme(metric: string, row: CompareRow, value: number): string {
  return row.n === 0 ? '–' : valueText(metric, value, row.mean)
}

/** The difference to the chosen reference; null where no row has one. */
function deltaColumn({ metric, rows, reference }: CompareTable): Column | null {
  if (reference === undefined || rows.every(({ against }) => against === undefined)) return null
  const unit = isShare(metric) ? ', in percentage points' : ''
  return {
    id: 'delta',
    title: `Δ ${reference}`,
    right: true,
    help: `Mean less the mean of the reference${unit}`,
    cell: (row) => {
      if (!row.against || row.n === 0) return { text: '–' }
      const { label, difference, mean, incomplete } = row.against
      return {
        text: differenceText(metric, difference),
        ...(incomplete || isIncomplete(row) ? { marks: '*' } : {}),
        help: `${label}: ${valueText(metric, mean)}`,
      }
    },
  }
}

/** A cell as one text: with its marks, and the difference behind. */
export function plainCell({ text, marks = '', delta }: ShownCell): string {
  return text + marks + (delta === undefined ? '' : ` Δ ${delta}`)
}

/** The difference to a dense network, with its parameters; null where no row has such a reference. */
function referenceColumn(
  { metric, rows }: CompareTable,
  which: 'dense' | 'sameSize',
  title: string,
  help: string,
): Column | null {
  const of = (row: CompareRow) => {
    const index = row.references?.[which] ?? null
    return index === null ? null : rows[index]
  }
  if (rows.every((row) => of(row) === null)) return null
  return {
    id: which,
    title,
    right: true,
    help: `${help}${isShare(metric) ? ', in percentage points' : ''}, and its parameters`,
    cell: (row) => {
      const reference = of(row)
      if (!reference || row.n === 0) return { text: '–' }
      const size = reference.parameters === null ? '' : ` (${formatCount(reference.parameters)})`
      return {
        text: `${differenceText(metric, row.mean - reference.mean)}${size}`,
        help: `${reference.label}: ${meanText(metric, reference)}`,
      }
    },
  }
}

/** Columns whose titles would be one have a number behind, so that no two columns are called alike. */
function distinct(columns: readonly Column[]): Column[] {
  const seen = new Map<string, number>()
  return columns.map((column) => {
    const times = (seen.get(column.title) ?? 0) + 1
    seen.set(column.title, times)
    return times === 1 ? column : { ...column, title: `${column.title} (${times})` }
  })
}

/** The comparison as it is shown; `hidden` rows, by group, left out. */
export function shownTable(table: CompareTable, hidden: ReadonlySet<string> = new Set()): ShownTable {
  const columns = distinct(columnsOf(table))
  const rows = table.rows.filter((row) => !hidden.has(row.group))
  const references = columns.some(({ id }) => id === 'dense' || id === 'sameSize')
  const parts = [
    table.caption,
    ...(references
      ? [
          `“vs”: difference of means${isShare(table.metric) ? ' in percentage points' : ''}, with ` +
            `the parameters ` +
            'of the dense network.',
        ]
      : []),
    ...starsText(table),
  ]
  return {
    columns: columns.map(({ cell: _cell, ...column }) => column),
    rows: rows.map((row) => columns.map(({ cell }) => cell(row))),
    caption: parts.join(' '),
  }
}

function starsText(table: CompareTable): string[] {
  if (table.rows.every((row) => !row.stars)) return []
  const what =
    table.family === 'baseline'
      ? `differs from the baseline (${table.baseline})`
      : 'better than every row that it was tested against'
  return [`${STAR} ${what}, p < .05 after Holm’s correction; ${STAR.repeat(2)} .01; ${STAR.repeat(3)} .001.`]
}
