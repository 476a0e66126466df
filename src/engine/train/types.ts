/**
 * The trainer's doors: what goes in, what comes out while it runs. Clock, checkpoints and database are the
 * caller's, behind the callbacks.
 */
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { LayerReport, MetricPoint, RunOutcome, StageName } from '../../shared/contract/run.ts'
import type { Rates } from './choice.ts'
import type { Backend } from '../program/backend.ts'
import type { Dataset } from '../data/types.ts'
import type { FloatArray } from '../ops/ir.ts'

/** Everything that a resumed run needs. Random state is not here: streams are derived from seed and step. */
export interface Checkpoint {
  /** Optimizer steps done. */
  readonly step: number
  /** Program variables by name: parameters, masks, slots, statistics. */
  readonly variables: ReadonlyMap<string, FloatArray>
  /** What the method that changes the masks keeps from step to step, by names of its own. */
  readonly memory?: ReadonlyMap<string, FloatArray>
  /** Best validation accuracy so far, of language models the negative of the least loss, and its step. */
  readonly best: { readonly accuracy: number; readonly step: number } | null
  /** Seconds of training so far, pauses left out. */
  readonly wall: number
  /** Sums of the training metrics since the last reported point, so that the curve has no seam. */
  readonly running: { readonly loss: number; readonly correct: number; readonly examples: number }
}

export type Command = 'continue' | 'pause' | 'cancel'

export interface TrainCallbacks {
  /** Progress of a stage that takes time before the first step; fraction in [0, 1]. */
  stage(stage: StageName, fraction: number): void
  metrics(points: readonly MetricPoint[]): void
  layers(reports: readonly LayerReport[]): void
  event(level: 'info' | 'warning' | 'error', message: string, step: number | null): void
  progress(step: number, totalSteps: number): void
  checkpoint(checkpoint: Checkpoint): Promise<void> | void
  /** Asked after every step, or after several that were one call; must be cheap. */
  command(): Command
  /** Asked when `command` is: whether a checkpoint is due now (the lab has the clock). */
  checkpointDue(step: number): boolean
  /** Milliseconds since some start: the lab's clock, for wall-time metrics. */
  now(): number
}

export interface TrainRequest {
  readonly spec: RunSpec
  /** Runs everything but training steps: scores, approximate isometry, Jacobians. */
  readonly backend: Backend
  /** The fastest of these that can runs the training program; without them `backend` trains. */
  readonly trainer?: {
    readonly backends: readonly Backend[]
    readonly rates?: Rates
    /** Bytes that the machine has; without it memory is no question. */
    readonly memory?: number
  }
  /** Told once which backend trains, and why where there was a choice. */
  readonly onTrainer?: (backend: Backend, choice: string | null) => void
  readonly dataset: Dataset
  readonly callbacks: TrainCallbacks
  readonly resumeFrom: Checkpoint | null
}

export interface TrainResult {
  readonly outcome: RunOutcome
  /** Step at which it stopped. */
  readonly step: number
  readonly message: string | null
}
