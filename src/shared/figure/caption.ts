/** Words that captions of figures share. */
import { isOfMedian } from '../stats/series.ts'
import type { Band } from '../stats/series.ts'

/** Words for a band, for labels and captions. */
export const BAND_NAMES: Readonly<Record<Band, string>> = {
  std: '± sample standard deviation',
  sem: '± standard error',
  'min-max': 'minimum to maximum',
  ci95: '95 % interval',
  quartiles: 'first to third quartile',
  'median-range': 'minimum to maximum',
}

/** `Lines: median, bands: first to third quartile` where the line is no mean, else `Bands: …`. */
export function bandText(band: Band, marks = 'bands'): string {
  const text = `${marks}: ${BAND_NAMES[band]}`
  return isOfMedian(band)
    ? `${marks === 'bands' ? 'Lines' : 'Marks'}: median, ${text}`
    : text.charAt(0).toUpperCase() + text.slice(1)
}

/** `n = 5 seeds`, `n = 3 to 5 seeds`: the values behind each row or curve. */
export function countText(rows: readonly { readonly n: number }[]): string {
  const counts = rows.map((each) => each.n).filter((n) => n > 0)
  if (counts.length === 0) return 'no runs'
  const low = counts.reduce((a, b) => Math.min(a, b))
  const high = counts.reduce((a, b) => Math.max(a, b))
  return `n = ${low === high ? low : `${low} to ${high}`} ${high === 1 ? 'seed' : 'seeds'}`
}
