/** What a lab does first: the states that a dead lab left behind become true again. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { RunStatus } from '../../shared/contract/run.ts'
import { isUsed } from '../store/artifacts.ts'
import { addEvent } from '../store/events.ts'
import type { Connection } from '../store/open.ts'
import { changeRun, runsIn } from '../store/runs.ts'
import { runOfTrail } from '../threads/trail.ts'

/**
 * A run in which the lab died so often without a new checkpoint is not tried again by itself: three times
 * where the lab is known to have died of itself, and otherwise only after so many deaths that chance, or
 * somebody who kills the program, is no explanation.
 */
const MOST_STALLS = 21
const DIED_OF_ITSELF = 7
const DIED_SOMEHOW = 1

/**
 * Runs that were running are `interrupted`, and so are queued again, unless the lab died in them again and
 * again without their getting on: those failed. The caller holds the home's lock, so that nobody else can be
 * running them. Gives the queued ids.
 * @param ofItself whether the last lab is known to have died of itself, rather than by a signal from outside
 */
export function recover(database: Connection, now: string, ofItself: boolean): number[] {
  return database
    .transaction(() => {
      for (const { id, stalls } of runsIn(database, 'running')) {
        const sum = stalls + (ofItself ? DIED_OF_ITSELF : DIED_SOMEHOW)
        if (sum < MOST_STALLS) {
          changeRun(database, id, { status: 'interrupted', stalls: sum })
          addEvent(database, id, {
            at: now,
            step: null,
            level: 'warning',
            message: 'The lab ended while this run was running.',
          })
          continue
        }
        const message =
          'The lab died again and again in this run without reaching a new checkpoint. ' +
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
 * Removes what nothing refers to: checkpoint files of a lab that died between writing one and recording it,
 * trails of runs that are over or gone.
 */
export function sweepCheckpoints(database: Connection, folder: string): void {
  if (!existsSync(folder)) return
  const status = database.prepare<[number], RunStatus>('SELECT status FROM runs WHERE id = ?').pluck()
  const isNeeded = (name: string): boolean => {
    const run = runOfTrail(name)
    if (run === null) return isUsed(database, name)
    return !['finished', 'diverged', undefined].includes(status.get(run))
  }
  for (const name of readdirSync(folder)) {
    if (!isNeeded(name)) rmSync(join(folder, name), { force: true })
  }
}
