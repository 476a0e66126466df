/**
 * Puts a backup in the place of what a home holds. What was there is set aside in a folder of its own,
 * whole. The change is made of renames that can be taken up again: whatever moment the power goes, the next
 * lab ends it.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { makeFolder, refuseDevice } from '../../engine/index.ts'
import { extract } from 'tar'
import { z } from 'zod'
import { BenchError } from '../../shared/contract/errors.ts'
import { syncFile, syncFolder, writeDurably } from '../store/durable.ts'
import { explain } from '../store/failures.ts'
import { checkPages } from '../store/health.ts'
import type { HomePaths } from '../store/home.ts'
import { takeLock } from '../store/lock.ts'
import { refuseNewerFile } from '../store/open.ts'
import { DATABASE, FOLDERS, MANIFEST, manifestSchema, VERSION } from './manifest.ts'

const SQLITE = 'SQLite format 3\0'
const STAGE = 'restore.part'
const READY = 'ready.json'
const readySchema = z.object({ aside: z.string().min(1) })

/** Names that a backup may hold: no path leads out of the stage. */
const ALLOWED = /^(manifest\.json|bench\.sqlite|(checkpoints|models)\/[\w.-]+)$/

/**
 * Restores a backup: a file of `lab backup`, or a copy of the database alone (an automatic backup), which
 * keeps the weights that are there.
 * @returns the folder in which the former content lies now, null where there was none
 * @throws BenchError `in-use`, `not-found`, `bad-file`, `damaged`, `newer-database`, `disk-full`; the home
 * then stays as it was.
 */
export function restoreBackup(paths: HomePaths, file: string, now: Date): string | null {
  const source = resolve(file)
  if (!existsSync(source)) throw new BenchError('not-found', `There is no file ${source}.`, source)
  refuseDevice(source)
  if (statSync(source).isDirectory())
    throw new BenchError('bad-input', `${source} is a folder; a backup is a file.`, source)
  const release = takeLock(paths, 'a restore', now.toISOString())
  const stage = join(paths.home, STAGE)
  try {
    finishRestore(paths)
    rmSync(stage, { recursive: true, force: true })
    mkdirSync(stage)
    try {
      unpack(source, stage)
      checkPages(join(stage, DATABASE))
      refuseNewerFile(join(stage, DATABASE))
    } catch (error) {
      rmSync(stage, { recursive: true, force: true })
      throw error
    }
    const stamp = now.toISOString().slice(0, 19).replaceAll(':', '-')
    const aside = unusedName(join(paths.home, `before-restore-${stamp}`))
    const had = existsSync(paths.database)
    makeReady(stage, aside)
    finishRestore(paths)
    return had ? aside : null
  } catch (error) {
    throw explain(error, paths.home)
  } finally {
    release()
  }
}

/** A name under which nothing lies: the clock may have been set back, and what was set aside must stay. */
function unusedName(path: string): string {
  let name = path
  for (let count = 2; existsSync(name); count++) name = `${path}-${count}`
  return name
}

/** Says that a stage is whole, once all that lies there is on the disk: a power cut must not leave less. */
function makeReady(stage: string, aside: string): void {
  for (const folder of FOLDERS.map((name) => join(stage, name)).filter(existsSync)) {
    for (const name of readdirSync(folder)) syncFile(join(folder, name))
    syncFolder(folder)
  }
  syncFile(join(stage, DATABASE))
  const part = join(stage, `${READY}.part`)
  writeDurably(part, Buffer.from(JSON.stringify({ aside })))
  renameSync(part, join(stage, READY))
  syncFolder(stage)
}

function unpack(source: string, stage: string): void {
  if (startsLikeDatabase(source)) {
    copyFileSync(source, join(stage, DATABASE))
    return
  }
  const bad = (why: string, cause?: unknown): BenchError =>
    new BenchError('bad-file', `${source} is no backup of this program, or it is damaged: ${why}.`, source, {
      cause,
    })
  for (const folder of FOLDERS) mkdirSync(join(stage, folder))
  try {
    extract({
      file: source,
      cwd: stage,
      sync: true,
      strict: true,
      filter: (path, entry) => 'type' in entry && entry.type === 'File' && ALLOWED.test(path),
    })
  } catch (error) {
    const known = explain(error, stage)
    throw known instanceof BenchError
      ? known
      : bad((error instanceof Error ? error.message : String(error)).replace(/^TAR_\w+: |\.$/g, ''), error)
  }
  if (!existsSync(join(stage, MANIFEST)) || !existsSync(join(stage, DATABASE)))
    throw bad(`it holds no ${MANIFEST} and ${DATABASE}`)
  let content: unknown
  try {
    content = JSON.parse(readFileSync(join(stage, MANIFEST), 'utf8'))
  } catch (error) {
    throw bad(`its ${MANIFEST} cannot be read`, error)
  }
  const manifest = manifestSchema.safeParse(content)
  if (!manifest.success) throw bad(`its ${MANIFEST} does not say what this program writes`)
  if (manifest.data.version > VERSION)
    throw new BenchError(
      'newer-database',
      `${source} was written by a newer program (${manifest.data.program}). Nothing was changed.`,
      source,
    )
}

function startsLikeDatabase(file: string): boolean {
  const head = Buffer.alloc(SQLITE.length)
  const descriptor = openSync(file, 'r')
  try {
    readSync(descriptor, head)
  } finally {
    closeSync(descriptor)
  }
  return head.toString('latin1') === SQLITE
}

/** Whether a restore was begun, and not ended. */
export const isRestoring = (paths: HomePaths): boolean => existsSync(join(paths.home, STAGE, READY))

/**
 * Ends a restore that was begun; what one that was not ready left is removed. The caller holds the home's
 * lock. Each step leaves a state from which the same steps go on.
 */
export function finishRestore(paths: HomePaths): void {
  const stage = join(paths.home, STAGE)
  if (!isRestoring(paths)) {
    rmSync(stage, { recursive: true, force: true })
    return
  }
  const { aside } = readySchema.parse(JSON.parse(readFileSync(join(stage, READY), 'utf8')))
  const staged = join(stage, DATABASE)
  if (existsSync(staged)) {
    if (existsSync(paths.database)) makeFolder(aside)
    for (const part of ['-wal', '-shm', '']) move(paths.database + part, join(aside, DATABASE + part))
    renameSync(staged, paths.database)
  }
  // Folders go aside whole, since the next lab removes what the restored database does not know.
  for (const folder of FOLDERS) {
    const [old, next] = [join(aside, folder), join(paths.home, folder)]
    if (existsSync(aside) && !existsSync(old)) move(next, old)
    makeFolder(next)
    if (existsSync(old)) for (const name of readdirSync(old)) share(join(old, name), join(next, name))
    moveIn(join(stage, folder), next)
  }
  for (const name of FOLDERS) syncFolder(join(paths.home, name))
  syncFolder(paths.home)
  rmSync(join(stage, READY))
  rmSync(stage, { recursive: true, force: true })
}

function move(from: string, to: string): void {
  if (existsSync(from)) renameSync(from, to)
}

/** Files are named by their content: one that is there already is the same. */
function moveIn(from: string, to: string): void {
  if (!existsSync(from)) return
  makeFolder(to)
  for (const name of readdirSync(from)) renameSync(join(from, name), join(to, name))
}

/** The same file under another name, or a copy where the disk has no links. */
function share(from: string, to: string): void {
  if (existsSync(to)) return
  try {
    linkSync(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    copyFileSync(from, to)
  }
}
