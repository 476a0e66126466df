/** Times to initialize as CSV: the same columns from the window and `timing --csv`. */
import { csvTable } from '../format/csv.ts'
import type { TimingPoint } from './types.ts'

/** Columns of a table of times; `seconds` is the median of `repeats` measurements. */
export const TIMING_HEADER = ['scheme', 'size', 'density', 'reached', 'repeats', 'seconds', 'note'] as const

/** A header and a row per point, in the order given; densities and seconds with all their digits. */
export function timingCsv(points: readonly TimingPoint[]): string {
  return csvTable(
    TIMING_HEADER,
    points.map((point) => TIMING_HEADER.map((column) => point[column])),
  )
}
