/** The order of the queue: what is taken next, and why. */
import type { RunStatus } from './run.ts'

/** Lowest first. A queued run of a higher priority is always taken before one of a lower. */
export const PRIORITIES = ['low', 'normal', 'high'] as const
export type Priority = (typeof PRIORITIES)[number]

/** A run that waits. */
export interface QueueEntry {
  readonly run: number
  /** `paused` runs keep their place and are passed over until they are resumed. */
  readonly status: Extract<RunStatus, 'queued' | 'paused' | 'interrupted'>
  readonly priority: Priority
  /** Seconds that the run will take, by steps measured on this machine; null where none fits. */
  readonly seconds: number | null
  /** Seconds until it is taken, with as many side by side as now; null when that is unknown. */
  readonly startsIn: number | null
}

/**
 * Moves waiting runs, kept in the order in which they are named. They take over the priority of the place:
 * `front` that of the first run that stays, `back` that of the last, `before` that of the run named there.
 * With `priority` they keep their order among themselves and go behind the runs of that priority.
 */
export type QueueOrder =
  | { readonly ids: readonly number[]; readonly to: 'front' | 'back' }
  | { readonly ids: readonly number[]; readonly before: number }
  | { readonly ids: readonly number[]; readonly priority: Priority }

export const MOST_CONCURRENT = 64

/** Runs at a time; `auto`: one, or as many as the processors keep busy where steps are short. */
export const AUTOMATIC = 'auto'
export type Concurrency = number | typeof AUTOMATIC

/** The queue as a whole. */
export interface QueueState {
  readonly paused: boolean
  readonly running: number
  readonly queued: number
  readonly finished: number
  readonly failed: number
  /** 0 … 1 over the runs of the present batch of work; null when idle. */
  readonly fraction: number | null
  readonly secondsLeft: number | null
  /** Runs at a time; where the queue chooses, those of now. */
  readonly concurrency: number
  /** Whether the queue chooses; left out where it does not. */
  readonly automatic?: true
  /** Checkpoints of each run that are kept besides the last; 0 when left out. */
  readonly keep?: number
  /** Why nothing can be stored at present, so that no run goes on; left out when all is well. */
  readonly blocked?: string
}
