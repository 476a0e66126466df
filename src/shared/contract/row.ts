/** A run as tables show it. */
import type { RunSpec } from '../spec/schema.ts'
import type { ErrorMessage } from './errors.ts'
import type { RunStatus, StageName } from './run.ts'

export interface RunRow {
  readonly id: number
  /** Hash of the specification, stable. */
  readonly identity: string
  /** Hash of the specification without the seed. */
  readonly group: string
  readonly study: string | null
  /** Axis name → point label of the study's grid. */
  readonly labels: Readonly<Record<string, string>>
  readonly spec: RunSpec
  readonly status: RunStatus
  readonly backend: string
  readonly backendUsed: string | null
  readonly device: string | null
  readonly createdAt: string
  readonly startedAt: string | null
  readonly finishedAt: string | null
  readonly step: number
  readonly totalSteps: number | null
  readonly stage: StageName | null
  readonly stageFraction: number | null
  /** Seconds of work so far, and expected until the end (null = unknown). */
  readonly seconds: number
  readonly secondsLeft: number | null
  readonly error: ErrorMessage | null
  /** Last values and best-validation values: `validation.accuracy`, `test.accuracy`, `train.loss`, … */
  readonly last: Readonly<Record<string, number>>
  readonly best: Readonly<Record<string, number>>
  readonly divergedAt: number | null
  readonly tags: readonly string[]
  readonly note: string
  readonly starred: boolean
  readonly archived: boolean
}
