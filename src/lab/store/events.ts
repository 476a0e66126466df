/** Events of a run: what happened, with the step where one is meant. */
import type { RunEvent } from '../../shared/contract/lab.ts'
import type { Connection } from './open.ts'
import { prepared } from './statements.ts'

/** Appends an event. */
export function addEvent(database: Connection, run: number, event: RunEvent): void {
  prepared(database, 'INSERT INTO events (run, at, step, level, message) VALUES (?, ?, ?, ?, ?)').run(
    run,
    event.at,
    event.step,
    event.level,
    event.message,
  )
}

/** All events of a run, oldest first. */
export function listEvents(database: Connection, run: number): RunEvent[] {
  return prepared(database, 'SELECT at, step, level, message FROM events WHERE run = ? ORDER BY id').all(
    run,
  ) as RunEvent[]
}
