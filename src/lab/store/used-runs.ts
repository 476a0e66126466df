/**
 * The identities of what runs use, for runs that were stored before the rules of usage.ts were what they are
 * now. A run keeps the identity that it was stored under; the one of what it uses stands beside it, so that a
 * study finds the run under both.
 */
import type { Database } from 'better-sqlite3'
import { runGroup, runIdentity, USAGE_VERSION } from '../../shared/spec/usage.ts'
import { readSpec } from './stored-text.ts'

/** Fills in what the present rules say of every run that earlier ones told of. */
export function tellUsed(database: Database): void {
  const stale = database
    .prepare<[number], { id: number; spec: string }>('SELECT id, spec FROM runs WHERE used_version <> ?')
    .all(USAGE_VERSION)
  if (stale.length === 0) return
  const write = database.prepare(
    'UPDATE runs SET used_identity = ?, used_group = ?, used_version = ? WHERE id = ?',
  )
  database
    .transaction(() => {
      for (const { id, spec } of stale) {
        const stored = readSpec(spec)
        write.run(runIdentity(stored), runGroup(stored), USAGE_VERSION, id)
      }
    })
    .immediate()
}
