/**
 * What a lab that only reads tells its callers about the writes of another: SQLite says that somebody
 * committed, the rows say what changed.
 */
import { listRuns } from '../store/runs.ts'
import type { Connection } from '../store/open.ts'
import type { QueueState } from '../../shared/contract/lab.ts'
import type { LabEmitter } from './emitter.ts'

const LOOK_MS = 1000

/** Row → everything of it that a list shows, as text. */
type Snapshot = ReadonlyMap<number | string, string>

function snapshot(database: Connection, sql: string): Snapshot {
  return new Map(
    database
      .prepare<[], [number | string, ...unknown[]]>(sql)
      .raw()
      .all()
      .map(([key, ...rest]) => [key, JSON.stringify(rest)]),
  )
}

const runsOf = (database: Connection): Snapshot =>
  snapshot(
    database,
    'SELECT id, status, step, seconds, error, tags, note, starred, archived, queue_order FROM runs',
  )
const studiesOf = (database: Connection): Snapshot =>
  snapshot(database, 'SELECT id, updated_at, archived FROM studies')

function changed(before: Snapshot, after: Snapshot): (number | string)[] {
  return [...after].flatMap(([key, text]) => (before.get(key) === text ? [] : [key]))
}

/** Tells changes until the returned function is called. */
export function tellChangesOfOthers(
  database: Connection,
  emitter: LabEmitter,
  state: () => QueueState,
): () => void {
  const version = (): number => database.pragma('data_version', { simple: true }) as number
  let seen = version()
  let runs = runsOf(database)
  let studies = studiesOf(database)
  const look = (): void => {
    const now = version()
    if (now === seen) return
    seen = now
    const [runsBefore, studiesBefore] = [runs, studies]
    runs = runsOf(database)
    studies = studiesOf(database)
    const ids = changed(runsBefore, runs).map(Number)
    if (ids.length > 0) for (const row of listRuns(database, { ids })) emitter.emit('run/changed', row)
    for (const id of changed(studiesBefore, studies)) emitter.emit('studies/changed', { id: String(id) })
    emitter.emit('queue/changed', state())
  }
  const timer = setInterval(look, LOOK_MS)
  timer.unref()
  return () => clearInterval(timer)
}
