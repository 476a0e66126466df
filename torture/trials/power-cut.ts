/** A power cut: what the database committed last is gone, the files beside it are there. */
import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { pathsOf } from '../../src/lab/store/home.ts'
import type { Trial } from '../types.ts'
import { EPOCHS, disturbed, runUndisturbed, settle } from './undisturbed.ts'

const CUTS = 3
const START_MS = 1200
const WITHIN_MS = 2500

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

/** A consistent copy of the database as it is now; false where there is none yet. */
async function copyOf(database: string, to: string): Promise<boolean> {
  if (!existsSync(database)) return false
  const source = new Database(database, { readonly: true })
  try {
    await source.backup(to)
    return true
  } catch (error) {
    // Killed before its tables were whole, or busy: then there is no older state to fall back to.
    if (error instanceof Database.SqliteError) return false
    throw error
  } finally {
    source.close()
  }
}

export const powerCut: Trial = {
  about: 'the program is killed, and the database goes back to some moments before',
  run: async (turn) => {
    const undisturbed = await runUndisturbed('sparse', EPOCHS.usual)
    const home = join(turn.folder, 'home')
    const { database } = pathsOf(home)
    const older = join(turn.folder, 'older.sqlite')
    let cuts = 0
    const goesOn = turn.start()
    for (; cuts < CUTS && goesOn(); cuts++) {
      const copyAfter = START_MS + turn.stream.integer(WITHIN_MS)
      const killAfter = copyAfter + turn.stream.integer(WITHIN_MS)
      const words = ['study', 'run', undisturbed.study, '--backend', 'sparse']
      const running = disturbed(turn, words, { home, killAfter })
      await wait(copyAfter)
      const copied = await copyOf(database, older)
      await running
      if (!copied) continue
      for (const ending of ['-wal', '-shm']) rmSync(database + ending, { force: true })
      copyFileSync(older, database)
    }
    await settle(turn, undisturbed, home, 'sparse')
    return { cuts, runs: 4 }
  },
}
