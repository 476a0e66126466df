/** Events of a run: what happened, with the step where one is meant. */
import type { RunEvent } from '../../shared/contract/lab.ts'
import type { Connection } from './open.ts'

/** Appends an event. */
export function addEvent(database: Connection, run: number, event: RunEvent): void {
  database
    .prepare('INSERT INTO events (run, at, step, level, message) VALUES (?, ?, ?, ?, ?)')
    .run(run, event.at, event.step, event.level, event.message)
}

/** All events of a run, oldest first. */
export function listEvents(database: Connection, run: number): RunEvent[] {
  return database
    .prepare<[number], RunEvent>('SELECT at, step, level, message FROM events WHERE run = ? ORDER BY id')
    .all(run)
}
