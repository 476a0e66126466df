/**
 * One lab per home. The lock is an exclusive SQLite transaction on a small file of its own, held for the life
 * of the process: the operating system gives it back when the process dies, however it dies, so that a lock
 * is never stale. Beside it `lab.json` tells who holds it, for the message.
 */
import Database from 'better-sqlite3'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { makeFolder } from '../../engine/index.ts'
import { z } from 'zod'
import { BenchError } from '../../shared/contract/errors.ts'
import { explain } from './failures.ts'
import { makePrivate } from './home.ts'
import type { HomePaths } from './home.ts'

const ownerSchema = z.object({ pid: z.number(), role: z.string(), since: z.string() })
export type LabOwner = z.output<typeof ownerSchema>

/** Who holds the home, as far as it can be read; null when that is not known. */
export function readOwner(paths: HomePaths): LabOwner | null {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(paths.owner, 'utf8')))
  } catch {
    return null // The file may be half written by its owner at this moment; only the message gets poorer.
  }
}

/** The error of who wants a home that another has. */
export function inUse(paths: HomePaths): BenchError {
  const owner = readOwner(paths)
  const who = owner ? `${owner.role} (process ${owner.pid}, since ${owner.since})` : 'another program'
  return new BenchError(
    'in-use',
    `The folder ${paths.home} is in use by ${who}. Close it first, do this in its window, ` +
      'or choose another folder with --home. Commands that only read work beside it.',
    paths.home,
  )
}

/**
 * Takes the lock; the function returned gives it back.
 * @throws BenchError `in-use`, naming the process that has it.
 */
export function takeLock(paths: HomePaths, role: string, since: string): () => void {
  const lock = openLock(paths)
  try {
    writeFileSync(paths.owner, JSON.stringify({ pid: process.pid, role, since }), { mode: 0o600 })
  } catch (error) {
    lock.close()
    throw explain(error, paths.owner)
  }
  return () => {
    rmSync(paths.owner, { force: true })
    lock.close()
  }
}

/**
 * A look at the lock (isLocked) shuts it out for as long as it takes to read a page: a lab that starts just
 * then would be told that its home is in use.
 */
const LOOK_MS = 250

function openLock(paths: HomePaths): Database.Database {
  let lock: Database.Database | undefined
  try {
    makeFolder(paths.home, 0o700)
    makePrivate(paths.lock)
    lock = new Database(paths.lock, { timeout: LOOK_MS })
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock?.close()
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')) {
      throw inUse(paths)
    }
    throw explain(error, paths.lock)
  }
}

/** Whether some process holds the lock now. */
export function isLocked(paths: HomePaths): boolean {
  let lock: Database.Database | undefined
  try {
    lock = new Database(paths.lock, { timeout: 0, readonly: true, fileMustExist: true })
    lock.prepare('SELECT count(*) FROM sqlite_schema').get()
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
  } finally {
    lock?.close()
  }
}
