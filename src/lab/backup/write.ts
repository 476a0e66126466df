/** Writes a whole home as one file, also while a lab works in it. */
import Database from 'better-sqlite3'
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { makeFolder } from '../../engine/index.ts'
import { create, replace } from 'tar'
import { BenchError } from '../../shared/contract/errors.ts'
import type { HomeBackup } from '../../shared/contract/home.ts'
import { targetOf } from '../export/writer.ts'
import { explain } from '../store/failures.ts'
import type { HomePaths } from '../store/home.ts'
import { clearPartsOf } from '../store/left-parts.ts'
import { openReader } from '../store/open.ts'
import { DATABASE, FORMAT, MANIFEST, VERSION } from './manifest.ts'
import type { BackupManifest } from './manifest.ts'

/**
 * Writes the home's database as it stands, the weights that it refers to, and own models, as a tar archive.
 * The name appears when the file is whole.
 * @throws BenchError `not-found` for a home without a database, `bad-input` for what is no plain file,
 * `disk-full`.
 */
export function writeBackup(paths: HomePaths, file: string, program: string, now: Date): HomeBackup {
  const target = targetOf(resolve(file))
  const source = openReader(paths)
  if (!source) throw new BenchError('not-found', `${paths.home} holds nothing to back up yet.`, paths.home)
  let folder: string | undefined
  const part = `${target}.${process.pid}.part`
  try {
    makeFolder(dirname(target))
    clearPartsOf(target)
    folder = mkdtempSync(join(dirname(target), `.${basename(target)}-`))
    source.prepare('VACUUM INTO ?').run(join(folder, DATABASE))
    const { runs, weights } = contentsOf(join(folder, DATABASE))
    const there = weights.filter((name) => existsSync(join(paths.checkpoints, name)))
    const models = existsSync(paths.models) ? readdirSync(paths.models) : []
    const manifest: BackupManifest = {
      format: FORMAT,
      version: VERSION,
      program,
      createdAt: now.toISOString(),
      runs,
      weights: there.length,
      missing: weights.length - there.length,
    }
    writeFileSync(join(folder, MANIFEST), JSON.stringify(manifest))
    create({ file: part, cwd: folder, sync: true, portable: true }, [MANIFEST, DATABASE])
    const rest = [...there.map((name) => `checkpoints/${name}`), ...models.map((name) => `models/${name}`)]
    if (rest.length > 0) replace({ file: part, cwd: paths.home, sync: true, portable: true }, rest)
    renameSync(part, target)
    const { missing } = manifest
    return { file: target, bytes: statSync(target).size, runs, weights: there.length, missing }
  } catch (error) {
    throw explain(error, target)
  } finally {
    source.close()
    rmSync(part, { force: true })
    if (folder) rmSync(folder, { recursive: true, force: true })
  }
}

function contentsOf(file: string): { runs: number; weights: string[] } {
  const database = new Database(file, { readonly: true })
  try {
    return {
      runs: database.prepare<[], number>('SELECT count(*) FROM runs').pluck().get() ?? 0,
      weights: database.prepare<[], string>('SELECT DISTINCT file FROM artifacts').pluck().all(),
    }
  } finally {
    database.close()
  }
}
