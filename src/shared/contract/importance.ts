/** How much of the variance of a metric each field of a comparison explains. */
import type { Importance } from '../stats/importance.ts'
import type { ValueAt } from './compare.ts'

export interface ImportanceTable extends Omit<Importance, 'total'> {
  readonly metric: string
  readonly at: ValueAt
  /** Axes, `scheme`, or paths of fields. */
  readonly fields: readonly string[]
  /** Fields that differ too and were not taken. */
  readonly others: readonly string[]
  /** Values that are not finite, which are left out. */
  readonly left: number
  /** Seeds without a value. */
  readonly missing: number
  readonly caption: string
}
