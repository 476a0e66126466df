/** Files of runs (checkpoints), named by the hash of their content in the home folder. */
import type { Connection } from './open.ts'
import { prepared } from './statements.ts'
import { readSetting } from './settings.ts'

/** How many checkpoints of a run are kept besides the last, which it goes on from; a setting of the home. */
export const KEPT = 'checkpoints.kept'

export const keptOf = (database: Connection): number => Number(readSetting(database, KEPT, '0'))

export interface Artifact {
  readonly id: number
  readonly run: number
  readonly kind: 'checkpoint'
  readonly step: number
  /** Seconds of work when it was made. */
  readonly seconds: number
  readonly hash: string
  readonly file: string
  readonly bytes: number
}

/**
 * Records a checkpoint file that is safely on the disk, and forgets the run’s older ones, but for those that
 * the home keeps; the answer names their files.
 */
export function recordCheckpoint(
  database: Connection,
  checkpoint: Omit<Artifact, 'id' | 'kind'>,
  now: string,
): string[] {
  const { run, step, seconds, hash, file, bytes } = checkpoint
  const kept = prepared(
    database,
    `
    INSERT INTO artifacts (run, kind, step, seconds, hash, file, bytes, created_at)
    VALUES (?, 'checkpoint', ?, ?, ?, ?, ?, ?)
  `,
  ).run(run, step, seconds, hash, file, bytes, now).lastInsertRowid
  const older = listCheckpoints(database, run).filter(({ id }) => id !== kept)
  const stay = spread(older, step, keptOf(database))
  const old = older.filter((each) => !stay.has(each.id))
  for (const { id } of old) prepared(database, 'DELETE FROM artifacts WHERE id = ?').run(id)
  return old.map((each) => each.file).filter((name) => name !== file && !isUsed(database, name))
}

/** The stored checkpoints of a run, by step. */
export function listCheckpoints(database: Connection, run: number): Artifact[] {
  return prepared(
    database,
    `SELECT * FROM artifacts WHERE run = ? AND kind = 'checkpoint' ORDER BY step, id`,
  ).all(run) as Artifact[]
}

/**
 * So many of the checkpoints that their steps stand as evenly as they can: while there are too many, the one
 * goes whose neighbours are nearest to each other; the last stands at `step`.
 */
function spread(older: readonly Artifact[], step: number, count: number): ReadonlySet<number> {
  const stay = older.filter((each) => each.step < step)
  while (stay.length > count) {
    const gap = (at: number) => (stay[at + 1]?.step ?? step) - (stay[at - 1]?.step ?? 0)
    const least = [...stay.keys()].reduce((best, at) => (gap(at) < gap(best) ? at : best), 0)
    stay.splice(least, 1)
  }
  return new Set(stay.map(({ id }) => id))
}

/** The checkpoint from which a run goes on, if it has one. */
export function lastCheckpoint(database: Connection, run: number): Artifact | undefined {
  return prepared(
    database,
    `
    SELECT * FROM artifacts WHERE run = ? AND kind = 'checkpoint' ORDER BY step DESC, id DESC LIMIT 1
  `,
  ).get(run) as Artifact | undefined
}

/**
 * Forgets a run’s checkpoints; with `before` only those of earlier steps, but for those that the home keeps.
 * The answer names the files that nothing uses any more.
 */
export function dropCheckpoints(
  database: Connection,
  run: number,
  before = Number.MAX_SAFE_INTEGER,
): string[] {
  if (before < Number.MAX_SAFE_INTEGER && keptOf(database) > 0) return []
  const old = prepared(
    database,
    `DELETE FROM artifacts WHERE run = ? AND kind = 'checkpoint' AND step < ? RETURNING file`,
    'pluck',
  ).all(run, before) as string[]
  return old.filter((name) => !isUsed(database, name))
}

/** Two runs may share a file, since it is named by its content. */
export function isUsed(database: Connection, file: string): boolean {
  return prepared(database, 'SELECT 1 FROM artifacts WHERE file = ? LIMIT 1').get(file) !== undefined
}
