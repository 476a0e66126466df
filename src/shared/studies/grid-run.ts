/** A run of an expanded study. */
import type { RunSpec } from '../spec/schema.ts'

export interface GridRun {
  readonly spec: RunSpec
  readonly identity: string
  readonly group: string
  /**
   * Axis name → point label; `any` where the axis makes no difference; an axis without a point here is left
   * out.
   */
  readonly labels: Readonly<Record<string, string>>
}
