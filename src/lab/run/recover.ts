/** What a lab does first: the states that a dead lab left behind become true again. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isUsed } from '../store/artifacts.ts'
import { addEvent } from '../store/events.ts'
import type { Connection } from '../store/open.ts'
import { changeRun, runsIn } from '../store/runs.ts'

/** A run that died so often without a new checkpoint is not tried again by itself. */
export const MOST_STALLS = 3

/**
 * Runs that were running are `interrupted`, and so are queued again, unless they died MOST_STALLS times
 * without getting on: those failed. The caller holds the home's lock, so that nobody else can be running
 * them. Answers the queued ids.
 */
export function recover(database: Connection, now: string): number[] {
  return database
    .transaction(() => {
      for (const { id, stalls } of runsIn(database, 'running')) {
        const times = stalls + 1
        if (times < MOST_STALLS) {
          changeRun(database, id, { status: 'interrupted', stalls: times })
          addEvent(database, id, {
            at: now,
            step: null,
            level: 'warning',
            message: 'The lab ended while this run was running.',
          })
          continue
        }
        const message =
          `The lab died ${times} times in this run without reaching a new checkpoint. ` +
          'The engine may crash on it, or it may need more memory than there is. ' +
          'Retry it, or choose another backend.'
        changeRun(database, id, {
          status: 'failed',
          stalls: 0,
          finishedAt: now,
          error: JSON.stringify({ code: 'unavailable', message, where: null, stack: null }),
        })
        addEvent(database, id, { at: now, step: null, level: 'error', message })
      }
      const queued = runsIn(database, 'interrupted').map(({ id }) => id)
      for (const id of queued) changeRun(database, id, { status: 'queued' })
      return queued
    })
    .immediate()
}

/**
 * Removes checkpoint files that nothing refers to: of a lab that died between writing one and recording it.
 */
export function sweepCheckpoints(database: Connection, folder: string): void {
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) {
    if (!isUsed(database, name)) rmSync(join(folder, name), { force: true })
  }
}
