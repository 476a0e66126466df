/** Opens the database of a home folder: checks its version, backs it up, migrates it, sets it up. */
import Database from 'better-sqlite3'
import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { makeFolder, refuseDevice } from '../../engine/index.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { copyDatabase } from './copy.ts'
import { explain } from './failures.ts'
import { checkBeforeWriting } from './health.ts'
import { makePrivate } from './home.ts'
import type { HomePaths } from './home.ts'
import { migrate, refuseNewer, schemaVersion } from './migrate.ts'
import type { Migration } from './migrate.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { tellUsed } from './used-runs.ts'

export type Connection = Database.Database

/** Waits this long for another connection's write before giving up. */
const BUSY_MS = 5000

export interface OpenOptions {
  readonly migrations?: readonly Migration[]
  /** Stamp in the name of a backup. */
  readonly now?: () => Date
}

/**
 * Copies the database beside itself, whole, under a name that tells its version; the name appears when the
 * copy is done.
 */
function backUp(database: Connection, file: string, version: number, now: Date): void {
  const name = `${file}.v${version}-${now.toISOString().replaceAll(':', '-')}.backup`
  rmSync(`${name}.part`, { force: true })
  try {
    database.prepare('VACUUM INTO ?').run(`${name}.part`)
    renameSync(`${name}.part`, name)
  } catch (error) {
    rmSync(`${name}.part`, { force: true })
    throw error
  }
}

/**
 * A look without a trace: an older connection must not touch a newer database, not even to switch its
 * journal.
 */
function checkVersion(paths: HomePaths, migrations: readonly Migration[]): void {
  if (!existsSync(paths.database)) return
  refuseOther(paths.database)
  const database = new Database(paths.database, { readonly: true, timeout: BUSY_MS })
  try {
    refuseNewer(database, paths.database, migrations)
  } finally {
    database.close()
  }
}

/** Refuses a folder, a device or a pipe in the place of the database. */
function refuseOther(file: string): void {
  refuseDevice(file)
  if (statSync(file).isDirectory())
    throw new BenchError('bad-file', `${file} is a folder; the database of a home is a file.`, file)
}

/** Whether a home has a database. @throws BenchError `read-only` for one that this user may not look into */
function isThere({ home, database }: HomePaths): boolean {
  try {
    return statSync(database, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code !== 'EACCES' && code !== 'EPERM') throw explain(error, database)
    throw new BenchError(
      'read-only',
      `${home} belongs to somebody else: you have no right to read there. Choose another folder with --home.`,
      home,
      { cause: error },
    )
  }
}

function makeHome(home: string): void {
  try {
    makeFolder(home, 0o700)
  } catch (error) {
    throw explain(error, home)
  }
}

/** @throws BenchError `newer-database` for a file that a newer program wrote. */
export function refuseNewerFile(file: string): void {
  const database = new Database(file, { readonly: true })
  try {
    refuseNewer(database, file, MIGRATIONS)
  } finally {
    database.close()
  }
}

/**
 * Opens for writing. The caller holds the home's lock.
 * @throws BenchError `newer-database`, `disk-full`, `damaged`, `read-only`, `bad-file`.
 */
export function openStore(paths: HomePaths, options: OpenOptions = {}): Connection {
  const migrations = options.migrations ?? MIGRATIONS
  let database: Connection | undefined
  try {
    makeHome(paths.home)
    checkVersion(paths, migrations)
    checkBeforeWriting(paths.database, (options.now ?? (() => new Date()))())
    makePrivate(paths.database)
    database = new Database(paths.database, { timeout: BUSY_MS })
    const open = database
    database.pragma('journal_mode = WAL')
    database.pragma('foreign_keys = ON')
    // In WAL mode NORMAL never loses consistency; only a power cut can lose the last moments, which a resumed
    // run redoes.
    database.pragma('synchronous = NORMAL')
    database.pragma('cache_size = -65536')
    database.pragma('temp_store = MEMORY')
    migrate(database, migrations, (version) =>
      backUp(open, paths.database, version, (options.now ?? (() => new Date()))()),
    )
    if (migrations === MIGRATIONS) tellUsed(database)
    return database
  } catch (error) {
    database?.close()
    throw explain(error, paths.database)
  }
}

/**
 * Opens for reading beside a lab that may be running. Null when there is no database yet. A home that
 * cannot be written is read from a copy.
 * @throws BenchError `newer-database`, `damaged`, or `conflict` when the file has an older schema that a
 * lab must migrate first.
 */
export function openReader(paths: HomePaths, options: OpenOptions = {}): Connection | null {
  if (!isThere(paths)) return null
  refuseOther(paths.database)
  try {
    return readBeside(paths, options.migrations ?? MIGRATIONS)
  } catch (error) {
    if (!(error instanceof BenchError && error.code === 'read-only')) throw error
  }
  return readCopy(paths, options)
}

function readBeside(paths: HomePaths, migrations: readonly Migration[]): Connection {
  let database: Connection | undefined
  try {
    database = new Database(paths.database, { readonly: true, timeout: BUSY_MS })
    refuseNewer(database, paths.database, migrations)
    const version = schemaVersion(database)
    if (version < migrations.length) {
      throw new BenchError(
        'conflict',
        `${paths.database} has the older schema version ${version}; ` +
          `it must be brought to ${migrations.length} first.`,
        paths.database,
      )
    }
    return database
  } catch (error) {
    database?.close()
    throw explain(error, paths.database)
  }
}

/** The copy may be brought to the present schema, since nobody else sees it. */
function readCopy(paths: HomePaths, options: OpenOptions): Connection {
  const copy = copyDatabase(paths)
  try {
    openStore(copy.paths, options).close()
    const database = new Database(copy.paths.database, { readonly: true })
    const close = database.close.bind(database)
    database.close = () => {
      close()
      copy.remove()
      return database
    }
    return database
  } catch (error) {
    copy.remove()
    throw error
  }
}
