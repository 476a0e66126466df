/** The tests between rows of a comparison as cells of text, for terminal, Markdown and LaTeX. */
import type { CompareTable, TestFamily } from '../contract/lab.ts'
import { differenceText } from './metric.ts'
import { formatP } from './number.ts'

export const SIGNIFICANCE_HEADER = ['A', 'B', 'A less B', '95 % interval', 'p', 'p (Holm)'] as const

const FAMILY_WORDS: Readonly<Record<TestFamily, string>> = {
  schemes: 'every two schemes that are equal in everything else',
  baseline: 'every scheme and the baseline, equal in everything else',
  all: 'every two rows',
}

/** What was tested, how, and what it was corrected for. */
export function significanceCaption(table: CompareTable): string {
  const { family = 'schemes', baseline, pooled, significance = [] } = table
  const base = baseline === undefined ? '' : ` (${baseline})`
  const how = pooled
    ? 'one paired t-test over all densities and seeds that both have'
    : 'paired t-test by seed where two seeds or more are shared, Welch’s t-test otherwise (marked W)'
  const bootstrap = significance.some((pair) => pair.bootstrap !== null)
    ? ' From ten values on the percentile bootstrap interval stands beside it, in brackets.'
    : ''
  const incomplete = significance.some((pair) => pair.incomplete)
    ? ' * runs are missing: not the last word.'
    : ''
  return (
    `Differences of means between ${FAMILY_WORDS[family]}${base}: ${how}; p two-sided, ` +
    `Holm-corrected over the ` +
    `${significance.length} ${significance.length === 1 ? 'pair' : 'pairs'} of this family; sorted ` +
    `by the corrected p; interval of the same ` +
    `t-test, not ` +
    `corrected.${bootstrap}${incomplete}`
  )
}

/**
 * One row of cells per pair; none where no tests were asked for. Differences of shares in percentage
 * points.
 */
export function significanceRows(table: CompareTable): string[][] {
  return (table.significance ?? []).map((pair) => {
    const range = ([low, high]: readonly [number, number]) =>
      `${differenceText(table.metric, low)} to ${differenceText(table.metric, high)}`
    const bootstrap = pair.bootstrap === null ? '' : ` (${range(pair.bootstrap)})`
    return [
      pair.first,
      pair.second,
      differenceText(table.metric, pair.difference),
      Number.isNaN(pair.low) ? '–' : `${range([pair.low, pair.high])}${bootstrap}`,
      formatP(pair.p) + (pair.test === 'welch' && !Number.isNaN(pair.p) ? ' W' : ''),
      formatP(pair.adjusted) + (pair.incomplete ? '*' : ''),
    ]
  })
}
