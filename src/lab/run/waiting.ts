/** When waiting runs will be taken, by the times that were measured on this machine. */
import type { QueueEntry } from '../../shared/contract/queue.ts'
import type { Connection } from '../store/open.ts'
import type { Waiting } from '../store/queue-order.ts'
import { expectedSeconds } from '../store/step-times.ts'
import { readSpec } from '../store/stored-text.ts'

/** Seconds expected of runs, by id; runs of one group and backend are looked up once. */
export function expectedByRun(database: Connection, runs: readonly number[]): Map<number, number | null> {
  const rows = database
    .prepare<[string], { id: number; kind: string; spec: string; backend: string }>(
      `SELECT id, group_hash || backend AS kind, spec, backend FROM runs
      WHERE id IN (SELECT value FROM json_each(?))`,
    )
    .all(JSON.stringify(runs))
  const byKind = new Map<string, number | null>()
  return new Map(
    rows.map(({ id, kind, spec, backend }) => {
      let seconds = byKind.get(kind)
      if (seconds === undefined) {
        seconds = expectedSeconds(database, readSpec(spec), backend)
        byKind.set(kind, seconds)
      }
      return [id, seconds]
    }),
  )
}

/** Seconds that a run will still take which has worked so long; null when none were measured. */
export function expectedLeft(database: Connection, run: number, spent: number): number | null {
  const whole = expectedByRun(database, [run]).get(run) ?? null
  return whole === null ? null : Math.max(0, whole - spent)
}

/**
 * Entries with their times: each run is taken by the worker that is free first.
 * @param workers seconds until each worker is free; null when that is unknown; none: nothing works
 * @param slowdown a run's time beside the others over its time alone
 */
export function waitingTimes(
  database: Connection,
  waiting: readonly Waiting[],
  workers: readonly (number | null)[],
  slowdown = 1,
): QueueEntry[] {
  const expected = expectedByRun(
    database,
    waiting.map(({ run }) => run),
  )
  // A worker of unknown length is taken for busy until all others are; what comes after it is unknown too.
  const free = workers.map((seconds) => seconds ?? Infinity)
  return waiting.map((entry) => {
    const alone = expected.get(entry.run) ?? null
    const seconds = alone === null ? null : alone * slowdown
    if (entry.status === 'paused' || free.length === 0) return { ...entry, seconds, startsIn: null }
    const worker = free.indexOf(Math.min(...free))
    const startsIn = Number.isFinite(free[worker]) ? free[worker] : null
    free[worker] += seconds ?? Infinity
    return { ...entry, seconds, startsIn }
  })
}
