/** How many threads computing may take here. */
import { availableParallelism } from 'node:os'

/** Set where a scheduler gave fewer processors than the machine has. */
export const THREADS_VARIABLE = 'GIVENS_THREADS'

/** The processors that this process may use: what GIVENS_THREADS says, else all that it may run on. */
export function threadCount(): number {
  const given = Number(process.env[THREADS_VARIABLE])
  return Number.isInteger(given) && given > 0 ? given : availableParallelism()
}

/** Set for a run that computes beside others: how many threads it may keep busy. */
export const COMPUTING_VARIABLE = 'GIVENS_COMPUTING_THREADS'

/**
 * The threads that compute here at a time, at most `threadCount()`. Fewer of them take longer and change no
 * number: batches are split, and sums taken, by `threadCount()`.
 */
export function computingThreads(): number {
  const given = Number(process.env[COMPUTING_VARIABLE])
  return Number.isInteger(given) && given > 0 ? Math.min(given, threadCount()) : threadCount()
}
