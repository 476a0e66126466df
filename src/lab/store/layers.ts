/** Layer reports of a run, as they stood after initialization. */
import type { LayerReport } from '../../shared/contract/run.ts'
import type { Connection } from './open.ts'
import { prepared } from './statements.ts'
import { readStored } from './stored-text.ts'

/** Replaces the reports of a run. */
export function writeLayers(database: Connection, run: number, reports: readonly LayerReport[]): void {
  prepared(database, 'DELETE FROM layers WHERE run = ?').run(run)
  const insert = prepared(database, 'INSERT INTO layers (run, position, report) VALUES (?, ?, ?)')
  reports.forEach((report, position) => insert.run(run, position, JSON.stringify(report)))
}

/** The reports of a run, in the network's order; empty before initialization. */
export function listLayers(database: Connection, run: number): LayerReport[] {
  return (
    prepared(database, 'SELECT report FROM layers WHERE run = ? ORDER BY position', 'pluck').all(
      run,
    ) as string[]
  ).map((text) => readStored<LayerReport>(text, 'the report of a layer'))
}
