/** The queue as far as the database tells: of a lab that only reads. */
import type { QueueState } from '../../shared/contract/lab.ts'
import type { Connection } from '../store/open.ts'
import { storedConcurrency } from './side-by-side.ts'
import { AUTOMATIC } from '../../shared/contract/queue.ts'
import { countByStatus } from '../store/runs.ts'

function concurrencyOf(database: Connection): Pick<QueueState, 'concurrency' | 'automatic'> {
  const stored = storedConcurrency(database)
  return stored === AUTOMATIC ? { concurrency: 1, automatic: true } : { concurrency: stored }
}

export function countedState(database: Connection): QueueState {
  const counts = countByStatus(database)
  const of = (status: Parameters<typeof counts.get>[0]): number => counts.get(status) ?? 0
  return {
    paused: false,
    running: of('running'),
    queued: of('queued') + of('interrupted'),
    finished: of('finished') + of('diverged'),
    failed: of('failed'),
    fraction: null,
    secondsLeft: null,
    ...concurrencyOf(database),
  }
}
