/**
 * Values of a metric as tables, charts and exports all write them: shares in per cent, everything else
 * plain.
 */
import { decimalsFor, formatNumber } from './number.ts'

/** Metrics between 0 and 1 that people read in per cent. */
export function isShare(metric: string): boolean {
  return /(^|\.)accuracy$/.test(metric)
}

/** `test.accuracy` → `Test accuracy`; `initialization.jacobian-mean` → `Jacobian mean at initialization`. */
export function metricName(metric: string): string {
  const [phase, ...rest] = metric.split('.')
  const name = rest.join(' ').replaceAll('-', ' ')
  const words =
    phase === 'initialization' && name !== ''
      ? `${name} at initialization`
      : `${phase === 'train' ? 'training' : phase} ${name}`.trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The heading of a column of values: `Test accuracy (%)`. */
export function metricHeading(metric: string): string {
  return `${metricName(metric)}${isShare(metric) ? ' (%)' : ''}`
}

const inUnit = (metric: string, value: number) => (isShare(metric) ? 100 * value : value)
/** Shares have two decimals, everything else those that suit its mean. */
const placesOf = (metric: string, mean: number) => (isShare(metric) ? 2 : decimalsFor(mean))

/** A value in the unit of its heading, with the digits of the mean beside which it stands. */
export function valueText(metric: string, value: number, mean = value): string {
  return formatNumber(inUnit(metric, value), placesOf(metric, mean))
}

/**
 * `93.12 ± 0.21` in the unit of the heading; the value alone for n = 1 and where it is not finite; a dash for
 * n = 0.
 */
export function meanText(
  metric: string,
  row: { readonly mean: number; readonly std: number | null; readonly n: number },
): string {
  if (row.n === 0) return '–'
  const center = valueText(metric, row.mean)
  return row.std === null || !Number.isFinite(row.mean)
    ? center
    : `${center} ± ${valueText(metric, row.std, row.mean)}`
}

/** A difference of values with its sign; of shares in percentage points. */
export function differenceText(metric: string, value: number): string {
  if (Number.isNaN(value)) return '–'
  const size = Math.abs(value)
  const text =
    isShare(metric) && Number.isFinite(value)
      ? (100 * size).toFixed(2)
      : formatNumber(size, decimalsFor(size))
  if (Number(text) === 0) return text
  return (value > 0 ? '+' : '−') + text
}
