/**
 * What a run's thread and the lab say to each other. Commands go through shared memory, since a training step
 * may not wait.
 */
import type { ErrorMessage } from '../../shared/contract/errors.ts'
import type { BackendInfo } from '../../shared/contract/lab.ts'
import type { LayerReport, MetricPoint, RunOutcome, StageName } from '../../shared/contract/run.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Command, OwnContents } from '../../engine/index.ts'

/**
 * A thread that only looks which backends work; returns a list of BackendInfo and the name that `auto` takes.
 */
export interface DescribeInput {
  readonly job: 'describe'
}

export interface DescribeReply {
  readonly backends: readonly BackendInfo[]
  readonly auto: string
}

/** What a thread that trains is started with (worker data). */
export interface WorkerInput {
  readonly job: 'train'
  readonly spec: RunSpec
  /** Contents of the own models that the specification names. */
  readonly models: readonly string[]
  /** The specification's own methods; where they may not run, why. */
  readonly methods: OwnContents | { readonly refused: ErrorMessage }
  /** Backend asked for. */
  readonly backend: string
  /** The backend that trained the run before it was stopped. */
  readonly recorded: string | null
  /** Hash of the data that the run recorded when it first began; null when it never did. */
  readonly dataHash: string | null
  /** Where measured steps are kept. */
  readonly ratesFile: string
  /** Checkpoint file to go on from; null starts at the beginning. */
  readonly checkpoint: string | null
  /** Seconds of work before this call, pauses left out. */
  readonly secondsBefore: number
  readonly checkpointFolder: string
  /** How the names of its checkpoints begin. */
  readonly checkpointOwner: string
  readonly checkpointEveryMs: number
  /** Whether what the run tells is kept beside its checkpoints too (trail.ts). */
  readonly keepsTrail: boolean
  /** Int32 at 0: index into COMMANDS. */
  readonly flag: SharedArrayBuffer
  /** A probe only measures: it stops after so many milliseconds of steps; null for a real run. */
  readonly probeMs: number | null
}

export const COMMANDS = ['continue', 'pause', 'cancel'] as const satisfies readonly Command[]

/** How long things took, for estimates. */
export interface Timing {
  /** Null when no step was done. */
  readonly stepMs: number | null
  /** Seconds before the first step. */
  readonly startSeconds: number
  readonly totalSteps: number | null
}

export type WorkerMessage =
  | {
      readonly kind: 'environment'
      readonly backend: string
      readonly device: string
      readonly values: Record<string, string>
    }
  | { readonly kind: 'stage'; readonly stage: StageName; readonly fraction: number }
  | { readonly kind: 'metrics'; readonly points: readonly MetricPoint[] }
  | { readonly kind: 'layers'; readonly reports: readonly LayerReport[] }
  | {
      readonly kind: 'event'
      readonly level: 'info' | 'warning' | 'error'
      readonly message: string
      readonly step: number | null
    }
  | {
      readonly kind: 'progress'
      readonly step: number
      readonly totalSteps: number
      readonly seconds: number
    }
  | {
      readonly kind: 'checkpoint'
      readonly step: number
      readonly seconds: number
      readonly hash: string
      readonly file: string
      readonly bytes: number
    }
  | {
      readonly kind: 'done'
      readonly outcome: RunOutcome
      readonly step: number
      readonly message: string | null
      readonly seconds: number
      readonly timing: Timing
    }
  | { readonly kind: 'failed'; readonly error: ErrorMessage; readonly seconds: number }
