/** What the lab and a thread with one task say to each other; `cancel` is the lab's only word. */
import type { ErrorMessage } from '../../shared/contract/errors.ts'

/** What such a thread is started with (worker data). */
export interface TaskInput {
  readonly job: 'task'
  readonly name: string
  readonly input: unknown
  /** Contents of the own models that the input names. */
  readonly models: readonly string[]
}

export type TaskMessage =
  | { readonly kind: 'progress'; readonly value: unknown }
  | { readonly kind: 'answer'; readonly output: unknown }
  | { readonly kind: 'failed'; readonly error: ErrorMessage }

/** A task of a thread; must stop with the signal's reason soon after it is aborted. */
export type Task = (
  input: unknown,
  progress: (value: unknown) => void,
  signal: AbortSignal,
) => Promise<unknown>
