/** What a lab does about its home besides its work: the daily backup, and waiting for a home in use. */
import { explain } from '../store/failures.ts'
import { isBackupDue, takeBackup } from '../store/backups.ts'
import type { HomePaths } from '../store/home.ts'
import { isLocked } from '../store/lock.ts'
import type { Connection } from '../store/open.ts'

/** A command that ends sooner takes no backup. */
const BACKUP_AFTER_MS = 10_000
/** A lab may work for weeks: whether a backup is due is asked again and again. */
const BACKUP_LOOK_MS = 3600e3
const LOOK_MS = 2000

/** Takes a backup once a day of use, in the background. @returns what ends it and waits for it */
export function keepBackups(
  database: Connection,
  paths: HomePaths,
  now: () => Date,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let ending = false
  let copying: Promise<unknown> = Promise.resolve()
  const start = (): void => {
    copying = copying.then(backUp).catch((error: unknown) => onError(explain(error, paths.backups)))
  }
  let timer = setTimeout(() => {
    start()
    timer = setInterval(start, BACKUP_LOOK_MS)
    timer.unref()
  }, BACKUP_AFTER_MS)
  timer.unref()
  async function backUp(): Promise<void> {
    if (ending) return
    if (isBackupDue(database, paths, now())) await takeBackup(database, paths, now(), () => ending)
  }
  return async () => {
    ending = true
    clearTimeout(timer)
    await copying
  }
}

/** Calls back once when nobody holds the home any more. @returns what ends the waiting */
export function whenFree(paths: HomePaths, listener: () => void): () => void {
  const timer = setInterval(() => {
    if (isLocked(paths)) return
    clearInterval(timer)
    listener()
  }, LOOK_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** Whether SQLite refused a write on a connection that only reads. */
export function refusedWrite(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_READONLY')
}
