/**
 * Copies of the database within its home, taken while the lab works: one a day of use, the newest few kept.
 * They hold specifications, curves and reports; weights are files that nothing changes once they are
 * written.
 */
import { existsSync, readdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../../engine/index.ts'
import type { BackupFile } from '../../shared/contract/home.ts'
import { isWithin } from './clock.ts'
import type { HomePaths } from './home.ts'
import type { Connection } from './open.ts'

const KEPT = 3
const EVERY_MS = 24 * 3600e3
/** A backup must leave as much as this many databases free. */
const LEAST_FREE = 3
/** Pages copied before the lab gets its turn again. */
const PAGES_A_TURN = 200
const NAME = /^bench-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d)\.sqlite$/

/**
 * Backups of a home, the newest first. One of a time that is still to come was taken while the clock was
 * wrong, so that nobody knows how old it is: it stands behind the others.
 */
export function listBackups({ backups }: HomePaths, now: Date): BackupFile[] {
  if (!existsSync(backups)) return []
  const isToCome = ({ at }: BackupFile): boolean => Date.parse(at) > now.getTime()
  return readdirSync(backups)
    .flatMap((name) => {
      const stamp = NAME.exec(name)?.[1]
      if (stamp === undefined) return []
      const file = join(backups, name)
      const [day, time] = stamp.split('T')
      return [{ file, at: `${day}T${time.replaceAll('-', ':')}Z`, bytes: statSync(file).size }]
    })
    .sort((a, b) => Number(isToCome(a)) - Number(isToCome(b)) || (a.at < b.at ? 1 : -1))
}

/** Whether a day of use went by since the last one, and there is something to keep, and room for it. */
export function isBackupDue(database: Connection, paths: HomePaths, now: Date): boolean {
  const last = listBackups(paths, now).at(0)
  if (last && isWithin(Date.parse(last.at), EVERY_MS, now)) return false
  if (database.prepare('SELECT 1 FROM runs LIMIT 1').get() === undefined) return false
  const { bavail, bsize } = statfsSync(paths.home)
  return bavail * bsize > LEAST_FREE * statSync(paths.database).size
}

/**
 * Copies the database while it is in use, a few pages at a time; the name appears when the copy is whole.
 * `stopped` ends it early and leaves nothing.
 * @returns the file, or null when it was stopped
 * @throws what SQLite or the file system throws
 */
export async function takeBackup(
  database: Connection,
  paths: HomePaths,
  now: Date,
  stopped: () => boolean,
): Promise<string | null> {
  makeFolder(paths.backups, 0o700)
  const stamp = now.toISOString().slice(0, 19).replaceAll(':', '-')
  const file = join(paths.backups, `bench-${stamp}.sqlite`)
  const part = `${file}.part`
  class Stopped extends Error {}
  try {
    await database.backup(part, {
      progress: () => {
        if (stopped()) throw new Stopped()
        return PAGES_A_TURN
      },
    })
    renameSync(part, file)
  } catch (error) {
    rmSync(part, { force: true })
    rmSync(`${part}-journal`, { force: true })
    if (error instanceof Stopped) return null
    throw error
  }
  for (const { file: old } of listBackups(paths, now).slice(KEPT)) rmSync(old, { force: true })
  return file
}
