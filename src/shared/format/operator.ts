/** The words for a convolution's operator, the same in every table. */
import type { OperatorReport } from '../contract/run.ts'

/** `circular, map 8 × 8, stride 2`, and how the layer itself pads where that is otherwise. */
export function operatorName({ map, stride, padding }: OperatorReport): string {
  const step = stride > 1 ? `, stride ${stride}` : ''
  const own = padding === 'circular' ? '' : `; the layer pads: ${padding}`
  return `circular, map ${map.join(' × ')}${step}${own}`
}

/** `at 9 of 64 frequencies` for a sample, `not computed` where there is none; empty for all of them. */
export function frequenciesText({ frequencies, allFrequencies }: OperatorReport): string {
  if (frequencies === 0) return 'not computed'
  return frequencies < allFrequencies ? `at ${frequencies} of ${allFrequencies} frequencies` : ''
}
