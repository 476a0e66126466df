/** How far a size is off, as the label of a dense reference tells it. */
import { formatNumber } from './number.ts'

/** `+1.6 %`, `−6.0 %`. */
export function deviationText(deviation: number): string {
  const text = `${formatNumber(100 * deviation, 1)} %`
  return deviation > 0 ? `+${text}` : text
}

/** The label without ` (+1.6 %)`, so that a chart has one line over all densities. */
export function withoutDeviation(label: string): string {
  return label.replaceAll(/ \([+−][\d.]+ %\)/g, '')
}
