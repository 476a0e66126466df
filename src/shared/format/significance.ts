/** The tests between rows of a comparison as cells of text, for terminal, Markdown and LaTeX. */
import type { CompareTable } from '../contract/lab.ts'
import { decimalsFor, formatNumber, formatP } from './number.ts'

export const SIGNIFICANCE_HEADER = ['A', 'B', 'A less B', '95 % interval', 'p', 'p (Holm)'] as const

export const SIGNIFICANCE_CAPTION =
  'Differences of means between schemes: paired t-test by seed where two seeds or more are shared, ' +
  'Welch’s t-test otherwise (marked W); p-values two-sided, Holm-corrected over all pairs shown; ' +
  'percentile bootstrap interval.'

/** One row of cells per pair; none where no tests were asked for. */
export function significanceRows(table: CompareTable): string[][] {
  return (table.significance ?? []).map((pair) => {
    const decimals = decimalsFor(pair.difference)
    const number = (value: number) => (Number.isNaN(value) ? '–' : formatNumber(value, decimals))
    return [
      table.rows[pair.a].label,
      table.rows[pair.b].label,
      number(pair.difference),
      Number.isNaN(pair.low) ? '–' : `${number(pair.low)} to ${number(pair.high)}`,
      formatP(pair.p) + (pair.test === 'welch' && !Number.isNaN(pair.p) ? ' W' : ''),
      formatP(pair.adjusted),
    ]
  })
}
