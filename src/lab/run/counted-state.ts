/** The queue as far as the database tells: of a lab that only reads. */
import type { QueueState } from '../../shared/contract/lab.ts'
import type { Connection } from '../store/open.ts'
import { countByStatus } from '../store/runs.ts'

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
    concurrency: 1,
  }
}
