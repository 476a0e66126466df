/** Queues runs of a study that the store has not, and reuses those that it has. */
import type { GridRun } from '../../shared/studies/grid-run.ts'
import type { Connection } from '../store/open.ts'
import { addRun, changeRun, findAllExisting, moveRun } from '../store/runs.ts'
import { linkRun } from '../store/studies.ts'

export interface RunsToQueue {
  readonly study: string
  readonly runs: readonly GridRun[]
  /** Position of the first in the study. */
  readonly first: number
  /** Labels that every run gets besides its own. */
  readonly extra: Readonly<Record<string, string>>
  readonly backend: string
  readonly now: string
  /** Failed, cancelled and interrupted runs are queued again. */
  readonly retry: boolean
}

export interface QueuedRuns {
  /** All of them, in order. */
  readonly runs: number[]
  /** Those that were queued now; the others exist or are on their way. */
  readonly fresh: number[]
}

/** Within a transaction of the caller. */
export function queueRuns(database: Connection, request: RunsToQueue): QueuedRuns {
  const { study, first, extra, backend, now, retry } = request
  const runs: number[] = []
  const fresh: number[] = []
  const known = findAllExisting(
    database,
    request.runs.map(({ identity }) => identity),
    backend,
  )
  for (const [index, { spec, identity, group, labels }] of request.runs.entries()) {
    const existing = known.get(identity)
    const id = existing?.id ?? addRun(database, { identity, group, spec, backend, ofUsed: true }, now)
    if (!existing) {
      fresh.push(id)
      known.set(identity, { id, status: 'queued' })
    } else if (retry && moveRun(database, id, ['failed', 'cancelled', 'interrupted'], 'queued')) {
      changeRun(database, id, { stalls: 0, error: null, finishedAt: null, cluster: null })
      fresh.push(id)
    }
    linkRun(database, study, id, first + index, { ...labels, ...extra })
    runs.push(id)
  }
  return { runs, fresh }
}
