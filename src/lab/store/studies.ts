/** Studies of the user, and what the lab knows about the presets (archived or not). */
import type { Study } from '../../shared/spec/study-schema.ts'
import type { RunStatus } from '../../shared/contract/run.ts'
import type { Connection } from './open.ts'
import { prepared } from './statements.ts'
import { readStored } from './stored-text.ts'

export interface StoredStudy {
  readonly id: string
  /** Null: only a flag about a preset. */
  readonly study: Study | null
  readonly createdAt: string
  readonly archived: boolean
}

interface Row {
  id: string
  definition: string | null
  created_at: string
  archived: number
}

const fromRow = (row: Row): StoredStudy => ({
  id: row.id,
  study: row.definition === null ? null : readStored<Study>(row.definition, 'the definition of a study'),
  createdAt: row.created_at,
  archived: row.archived !== 0,
})

export function listStudies(database: Connection): StoredStudy[] {
  return database.prepare<[], Row>('SELECT * FROM studies ORDER BY updated_at DESC, id').all().map(fromRow)
}

export function findStudy(database: Connection, id: string): StoredStudy | undefined {
  const row = database.prepare<[string], Row>('SELECT * FROM studies WHERE id = ?').get(id)
  return row && fromRow(row)
}

/** Saves an own study, new or changed. */
export function saveStudy(database: Connection, study: Study, now: string): void {
  database
    .prepare(
      `
    INSERT INTO studies (id, definition, created_at, updated_at) VALUES (@id, @definition, @now, @now)
    ON CONFLICT (id) DO UPDATE SET definition = excluded.definition, updated_at = excluded.updated_at
  `,
    )
    .run({ id: study.id, definition: JSON.stringify(study), now })
}

export function archiveStudy(database: Connection, id: string, archived: boolean, now: string): void {
  database
    .prepare(
      `
    INSERT INTO studies (id, created_at, updated_at, archived) VALUES (@id, @now, @now, @archived)
    ON CONFLICT (id) DO UPDATE SET archived = excluded.archived
  `,
    )
    .run({ id, now, archived: archived ? 1 : 0 })
}

/** Number of runs by study and status. */
export function countRuns(database: Connection): Map<string, Partial<Record<RunStatus, number>>> {
  const rows = database
    .prepare<[], { study: string; status: RunStatus; runs: number }>(
      `
    SELECT study, status, COUNT(*) AS runs FROM study_runs JOIN runs ON runs.id = run
    WHERE runs.archived = 0 GROUP BY study, status
  `,
    )
    .all()
  const counts = new Map<string, Partial<Record<RunStatus, number>>>()
  for (const { study, status, runs } of rows) counts.set(study, { ...counts.get(study), [status]: runs })
  return counts
}

/** Puts a run into a study’s grid, with the labels of its point. */
export function linkRun(
  database: Connection,
  study: string,
  run: number,
  position: number,
  labels: Readonly<Record<string, string>>,
): void {
  prepared(
    database,
    `
    INSERT INTO study_runs (study, run, position, labels) VALUES (?, ?, ?, ?)
    ON CONFLICT (study, run) DO UPDATE SET position = excluded.position, labels = excluded.labels
  `,
  ).run(study, run, position, JSON.stringify(labels))
}

/** Gives the runs of a study other labels. */
export function relabelRuns(
  database: Connection,
  study: string,
  relabelled: (labels: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
): void {
  const change = database.prepare('UPDATE study_runs SET labels = ? WHERE study = ? AND run = ?')
  const rows = database
    .prepare<[string], { run: number; labels: string }>('SELECT run, labels FROM study_runs WHERE study = ?')
    .all(study)
  database.transaction(() => {
    for (const { run, labels } of rows) {
      const next = relabelled(readStored<Record<string, string>>(labels, 'the labels of a run'))
      change.run(JSON.stringify(next), study, run)
    }
  })()
}
