/**
 * Reading a home that cannot be written. SQLite needs a file beside the database even to read it in WAL
 * mode, so that a read-only folder is read from a copy, which is gone when it is closed.
 */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { explain } from './failures.ts'
import type { HomePaths } from './home.ts'

export interface HomeCopy {
  /** The home's paths with the copy as the database. */
  readonly paths: HomePaths
  readonly remove: () => void
}

/** What was not yet brought into the database lies beside it. */
const PARTS = ['', '-wal']

/** @throws BenchError `disk-full`, `read-only` where even reading is not allowed. */
export function copyDatabase(paths: HomePaths): HomeCopy {
  const folder = mkdtempSync(join(tmpdir(), 'givens-bench-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  const database = join(folder, 'bench.sqlite')
  try {
    for (const part of PARTS)
      if (existsSync(paths.database + part)) copyFileSync(paths.database + part, database + part)
    return { paths: { ...paths, database }, remove }
  } catch (error) {
    remove()
    throw explain(error, paths.database)
  }
}
