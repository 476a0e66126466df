/**
 * Brings a database to the program's schema: forward only, one transaction each, stopping at the first error.
 */
import type { Database } from 'better-sqlite3'
import { BenchError } from '../../shared/contract/errors.ts'

export interface Migration {
  /** 1, 2, 3, …; `PRAGMA user_version` holds the last one that was applied. */
  readonly version: number
  readonly name: string
  readonly sql: string
}

/** The schema version that a database has now. */
export function schemaVersion(database: Database): number {
  return database.pragma('user_version', { simple: true }) as number
}

const hasTables = (database: Database): boolean =>
  database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined

/**
 * Refuses a database that a newer program wrote, or another one altogether.
 * @throws BenchError `newer-database`, naming both versions; `bad-file`.
 */
export function refuseNewer(database: Database, file: string, migrations: readonly Migration[]): void {
  const version = schemaVersion(database)
  const known = migrations.length
  if (version === 0 && hasTables(database))
    throw new BenchError(
      'bad-file',
      `${file} is a database of another program. Nothing was changed. Choose another folder with --home.`,
      file,
    )
  if (version <= known) return
  throw new BenchError(
    'newer-database',
    `${file} has schema version ${version}; this program knows versions up to ${known}. ` +
      'Nothing was changed. Start the newer program, or choose another folder with --home.',
    file,
  )
}

/**
 * Applies what is missing. `beforeFirst` is called once, before the first change of an existing database (the
 * backup). Returns the names of what was applied.
 * @throws whatever the failing migration threw; what came before it stays applied, the failing one leaves
 * nothing.
 */
export function migrate(
  database: Database,
  migrations: readonly Migration[],
  beforeFirst: (from: number) => void = () => {},
): string[] {
  const from = schemaVersion(database)
  const pending = migrations.filter((migration) => migration.version > from)
  if (pending.length > 0 && from > 0) beforeFirst(from)
  for (const migration of pending) {
    database
      .transaction(() => {
        database.exec(migration.sql)
        database.pragma(`user_version = ${migration.version}`)
      })
      .immediate()
  }
  return pending.map((migration) => migration.name)
}
