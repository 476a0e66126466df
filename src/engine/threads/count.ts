/** How many threads computing may take here. */
import { availableParallelism } from 'node:os'

/** Set where a scheduler gave fewer processors than the machine has. */
export const THREADS_VARIABLE = 'GIVENS_THREADS'

/** The processors that this process may use: what GIVENS_THREADS says, else all that it may run on. */
export function threadCount(): number {
  const given = Number(process.env[THREADS_VARIABLE])
  return Number.isInteger(given) && given > 0 ? given : availableParallelism()
}
