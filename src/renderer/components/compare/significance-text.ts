/** Tests in words that say no more than they show. */
import type { PairSignificance } from '../../../shared/contract/lab.ts'
import { differenceText } from '../../../shared/format/metric.ts'
import { LEVEL } from '../../../shared/stats/significance.ts'

export const SIGNIFICANCE_NOTE =
  'Corrected so that the chance of any false finding in the family is at most 5 %. With two or three ' +
  'seeds the ' +
  'tests have little power: “no difference shown” is no evidence of equality. A difference that is ' +
  'shown holds ' +
  'over seeds of this model, data and training, not beyond them.'

/** `+0.10 to +1.20`; a dash where there is no interval. */
export function rangeText(metric: string, [low, high]: readonly [number, number]): string {
  if (Number.isNaN(low) || Number.isNaN(high)) return '–'
  return `${differenceText(metric, low)} to ${differenceText(metric, high)}`
}

/** What a corrected test shows, in one phrase. */
export function readingOf(pair: PairSignificance): string {
  if (Number.isNaN(pair.adjusted)) return 'not tested: too few finite values'
  if (pair.adjusted >= LEVEL) return `no difference shown${pair.incomplete ? ' yet' : ''}`
  return `${pair.difference > 0 ? pair.first : pair.second} is higher${pair.incomplete ? ', so far' : ''}`
}
