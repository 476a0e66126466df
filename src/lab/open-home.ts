/** A home opened by a lab: for work with its lock, for reading where work is not wanted or not possible. */
import { BenchError } from '../shared/contract/errors.ts'
import type { ErrorCode } from '../shared/contract/errors.ts'
import { finishRestore, isRestoring } from './backup/restore.ts'
import { adoptCheckpoints } from './run/adopt.ts'
import { recover, sweepCheckpoints } from './run/recover.ts'
import type { HomePaths } from './store/home.ts'
import { clearParts } from './store/left-parts.ts'
import { takeLock } from './store/lock.ts'
import { openReader, openStore } from './store/open.ts'
import type { Connection } from './store/open.ts'

export interface OpeningOptions {
  /** Who holds the home, for the message that others get: `the window`, `the command line`. */
  readonly role: string
  /**
   * Reads beside another lab; commands that change the queue are refused. `if-need-be` reads where the home
   * cannot be written: another program works in it, it is damaged, or not the user's.
   */
  readonly readOnly?: boolean | 'if-need-be'
  /** The last lab of this home is known to have died of itself: the engine may crash on a run. */
  readonly lastDied?: boolean
}

export interface OpenedHome {
  readonly database: Connection
  readonly release: () => void
  readonly reads: boolean
  /** Why it only reads against the caller's wish. */
  readonly readOnly: BenchError | null
}

/** What another program, damage or missing rights forbid is writing alone. */
const READABLE: readonly ErrorCode[] = ['in-use', 'damaged', 'read-only']

/** @throws BenchError as openLab does. */
export function openHome(paths: HomePaths, options: OpeningOptions, now: () => Date): OpenedHome {
  const reader = (readOnly: BenchError | null): OpenedHome => ({
    database: openForReading(paths, options.role, now),
    release: () => undefined,
    reads: true,
    readOnly,
  })
  if (options.readOnly === true) return reader(null)
  try {
    return { ...openForWork(paths, options, now), reads: false, readOnly: null }
  } catch (error) {
    const readable = error instanceof BenchError && READABLE.includes(error.code)
    if (options.readOnly !== 'if-need-be' || !readable) throw error
    try {
      return reader(error)
    } catch {
      throw error // Nothing can be read of it: what hinders writing says why.
    }
  }
}

function openForWork(
  paths: HomePaths,
  options: OpeningOptions,
  now: () => Date,
): { database: Connection; release: () => void } {
  const release = takeLock(paths, options.role, now().toISOString())
  try {
    finishRestore(paths)
    const database = openStore(paths)
    try {
      recover(database, now().toISOString(), options.lastDied ?? false)
      adoptCheckpoints(database, paths.checkpoints, now().toISOString())
      sweepCheckpoints(database, paths.checkpoints)
      for (const folder of [paths.home, paths.backups, paths.models]) clearParts(folder)
      return { database, release }
    } catch (error) {
      database.close()
      throw error
    }
  } catch (error) {
    release()
    throw error
  }
}

/**
 * A database for a home that has none yet, in memory, so that reading commands show nothing rather than fail.
 */
function openForReading(paths: HomePaths, role: string, now: () => Date): Connection {
  if (isRestoring(paths)) endRestore(paths, role, now)
  try {
    return openReader(paths) ?? openStore({ ...paths, database: ':memory:' })
  } catch (error) {
    if (!(error instanceof BenchError && error.code === 'conflict')) throw error
    // An older schema: bring it up to date as a lab would, then read.
    const release = takeLock(paths, role, now().toISOString())
    try {
      openStore(paths).close()
    } finally {
      release()
    }
    return openForReading(paths, role, now)
  }
}

/** Ends a restore that was killed, for one who reads; where another program holds the home, that one does. */
function endRestore(paths: HomePaths, role: string, now: () => Date): void {
  let release: () => void
  try {
    release = takeLock(paths, role, now().toISOString())
  } catch (error) {
    if (error instanceof BenchError && READABLE.includes(error.code)) return
    throw error
  }
  try {
    finishRestore(paths)
  } finally {
    release()
  }
}
