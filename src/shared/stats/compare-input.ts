/** What a comparison is made of. */
import type { DivergedEnd, ValueAt } from '../contract/lab.ts'
import type { RunStatus } from '../contract/run.ts'
import type { RunSpec } from '../spec/schema.ts'
import type { AxisFields } from './families.ts'

/** A run with the value of the metric asked for. */
export interface CompareEntry {
  readonly id: number
  readonly group: string
  readonly labels: Readonly<Record<string, string>>
  readonly spec: RunSpec
  readonly status: RunStatus
  readonly divergedAt: number | null
  /**
   * Null where the run has no such value (yet); NaN and ±Infinity are values. Of a diverged run what it
   * counts with (diverged.ts).
   */
  readonly value: number | null
  /** Of a diverged run. */
  readonly end?: DivergedEnd
  readonly parameters: number | null
  /** Floating-point operations of the whole training; left out where they were not recorded. */
  readonly operations?: number | null
  readonly density: number | null
}

export interface CompareInput {
  readonly metric: string
  readonly at: ValueAt
  /** Axes of the study in order; empty for runs chosen by hand. */
  readonly axes: readonly string[]
  readonly entries: readonly CompareEntry[]
  /** The fields that each axis of the study sets. */
  readonly axisFields?: AxisFields
  /** The row, scheme or label that every row is held against. */
  readonly reference?: string
}
