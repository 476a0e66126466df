/** Runs as tables, pages and charts show them. */
import type { RunSpec } from '../spec/schema.ts'
import type { ErrorMessage } from './errors.ts'
import type { SealedPart } from './seals.ts'
import type { LayerReport, Phase, RunStatus, StageName } from './run.ts'

/** Where a run is that computes, waits or has computed on a cluster. */
export interface ClusterPlace {
  readonly name: string
  /** The scheduler’s number of its task; null before it has one. */
  readonly job: string | null
  /** The scheduler’s own word, e.g. PENDING, RUNNING; null when it was not told yet. */
  readonly state: string | null
  /** Why it waits or ended, in the scheduler’s words. */
  readonly reason: string | null
  readonly node: string | null
}

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
  /** The cluster that it waits for, computes on or was computed on; absent for this computer. */
  readonly cluster?: ClusterPlace
  /** What is not as it was when the run ended; absent: nothing is known to be. */
  readonly brokenSeal?: readonly SealedPart[]
}

export interface RunEvent {
  readonly at: string
  readonly step: number | null
  readonly level: 'info' | 'warning' | 'error'
  readonly message: string
}

export interface RunDetail {
  readonly row: RunRow
  readonly layers: readonly LayerReport[]
  readonly events: readonly RunEvent[]
  /** Versions, device, data hash, source revision: name → value. */
  readonly environment: Readonly<Record<string, string>>
}

export interface Series {
  readonly run: number
  readonly phase: Phase
  readonly name: string
  /** Parallel arrays; non-finite values are NaN, Infinity, −Infinity. */
  readonly steps: readonly number[]
  readonly values: readonly number[]
  readonly epochs: readonly number[]
  /** Seconds of training before each point, pauses left out; left out where it is not known. */
  readonly seconds?: readonly number[]
  /** Points before decimation. */
  readonly total: number
}
