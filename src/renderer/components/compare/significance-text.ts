/** Tests in words that say no more than they show. */
import type { CompareRow, PairSignificance } from '../../../shared/contract/lab.ts'
import { isShare, numberText } from '../../format.ts'

export const LEVEL = 0.05

export const SIGNIFICANCE_NOTE =
  'Two-sided tests of the difference of means: a paired t-test over the seeds that both rows share ' +
  'where there are two or more, Welch’s t-test otherwise. p-values are Holm-corrected over all pairs ' +
  'tested, so that the chance of any false finding among them is at most 5 %. The interval is a ' +
  'percentile bootstrap of the difference (2,000 resamples), not corrected for the number of pairs and ' +
  'too narrow for few seeds. With two or three seeds the tests have little power: “no difference shown”' +
  ' is no evidence of equality. A difference that is shown holds over seeds of this model, data and ' +
  'training, not beyond them.'

/** A difference of a metric with its sign; of shares in percentage points. */
export function differenceText(metric: string, value: number): string {
  if (Number.isNaN(value)) return '–'
  const size = Math.abs(value)
  const text = isShare(metric) && Number.isFinite(value) ? (100 * size).toFixed(2) : numberText(size)
  if (Number(text) === 0) return text
  return (value > 0 ? '+' : '−') + text
}

/** `+0.10 to +1.20`; a dash where there is no interval. */
export function rangeText(metric: string, { low, high }: Pick<PairSignificance, 'low' | 'high'>): string {
  if (Number.isNaN(low) || Number.isNaN(high)) return '–'
  return `${differenceText(metric, low)} to ${differenceText(metric, high)}`
}

/** What a corrected test shows, in one phrase. */
export function readingOf(pair: PairSignificance, rows: readonly Pick<CompareRow, 'label'>[]): string {
  if (Number.isNaN(pair.adjusted)) return 'not tested: too few finite values'
  if (pair.adjusted >= LEVEL) return 'no difference shown'
  const higher = pair.difference > 0 ? pair.a : pair.b
  return `${rows[higher].label} is higher`
}
