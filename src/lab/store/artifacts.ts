/** Files of runs (checkpoints), named by the hash of their content in the home folder. */
import type { Connection } from './open.ts'

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
 * Records a checkpoint file that is safely on the disk, and forgets the run’s older ones; the answer names
 * their files.
 */
export function recordCheckpoint(
  database: Connection,
  checkpoint: Omit<Artifact, 'id' | 'kind'>,
  now: string,
): string[] {
  const { run, step, seconds, hash, file, bytes } = checkpoint
  const kept = database
    .prepare(
      `
    INSERT INTO artifacts (run, kind, step, seconds, hash, file, bytes, created_at)
    VALUES (?, 'checkpoint', ?, ?, ?, ?, ?, ?)
  `,
    )
    .run(run, step, seconds, hash, file, bytes, now).lastInsertRowid
  const old = database
    .prepare<[number, number | bigint], string>(
      `
    DELETE FROM artifacts WHERE run = ? AND kind = 'checkpoint' AND id <> ? RETURNING file
  `,
    )
    .pluck()
    .all(run, kept)
  return old.filter((name) => name !== file && !isUsed(database, name))
}

/** The checkpoint from which a run goes on, if it has one. */
export function lastCheckpoint(database: Connection, run: number): Artifact | undefined {
  return database
    .prepare<[number], Artifact>(
      `
    SELECT * FROM artifacts WHERE run = ? AND kind = 'checkpoint' ORDER BY step DESC, id DESC LIMIT 1
  `,
    )
    .get(run)
}

/**
 * Forgets a run’s checkpoints, with `before` only those of earlier steps; the answer names the files that
 * nothing uses any more.
 */
export function dropCheckpoints(
  database: Connection,
  run: number,
  before = Number.MAX_SAFE_INTEGER,
): string[] {
  const old = database
    .prepare<[number, number], string>(
      `DELETE FROM artifacts WHERE run = ? AND kind = 'checkpoint' AND step < ? RETURNING file`,
    )
    .pluck()
    .all(run, before)
  return old.filter((name) => !isUsed(database, name))
}

/** Two runs may share a file, since it is named by its content. */
export function isUsed(database: Connection, file: string): boolean {
  return database.prepare('SELECT 1 FROM artifacts WHERE file = ? LIMIT 1').get(file) !== undefined
}
