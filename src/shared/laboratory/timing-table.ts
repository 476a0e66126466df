/** Times to initialize as CSV: the same columns from the window, `timing --csv` and a study of Figure 5. */
import { csvTable } from '../format/csv.ts'
import type { TimingPoint } from './types.ts'

/** Columns of a table of times; `seconds` is the median of `repeats` measurements. */
export const TIMING_HEADER = ['scheme', 'size', 'density', 'reached', 'repeats', 'seconds', 'note'] as const

/** A header and a row per point, in the order given; densities and seconds with all their digits. */
export function timingCsv(points: readonly TimingPoint[]): string {
  return csvTable(
    TIMING_HEADER,
    points.map(({ scheme, size, density, reached, repeats, seconds, note }) => [
      ...[scheme, size, density, reached, repeats, seconds, note],
    ]),
  )
}
