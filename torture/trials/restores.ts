/** A restore that is killed at any of its operations leaves what was there, or what was restored, whole. */
import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'
import { pathsOf } from '../../src/lab/store/home.ts'
import { stopsAt } from '../inputs/stops-at.ts'
import { differences } from '../same-results.ts'
import type { Trial } from '../types.ts'
import { EPOCHS, disturbed, runUndisturbed } from './undisturbed.ts'

/** A restore of four runs does some 60 operations. */
const MOST_OPERATIONS = 80
const MINE = 'what was there'

const notes = (home: string): readonly string[] => {
  const database = new Database(pathsOf(home).database, { readonly: true })
  try {
    return database.prepare<[], string>('SELECT DISTINCT note FROM runs').pluck().all()
  } finally {
    database.close()
  }
}

export const restores: Trial = {
  about: 'a restore is killed at any of its operations',
  run: async (turn) => {
    const { home: undisturbed } = await runUndisturbed('sparse', EPOCHS.few)
    const backup = join(turn.folder, 'bench.backup')
    await disturbed(turn, ['backup', backup], { home: undisturbed })
    const marked = join(turn.folder, 'marked')
    cpSync(undisturbed, marked, { recursive: true })
    const database = new Database(pathsOf(marked).database)
    database.prepare('UPDATE runs SET note = ?').run(MINE)
    database.pragma('wal_checkpoint(TRUNCATE)')
    database.close()
    let killed = 0
    let restored = 0
    const goesOn = turn.start()
    while (goesOn() || killed === 0) {
      const home = join(turn.folder, 'home')
      rmSync(home, { recursive: true, force: true })
      cpSync(marked, home, { recursive: true })
      const at = turn.stream.integer(MOST_OPERATIONS)
      const preload = join(turn.folder, 'stops.mjs')
      writeFileSync(preload, stopsAt(home, at))
      const { code } = await disturbed(turn, ['restore', backup], {
        home,
        preload: pathToFileURL(preload).href,
      })
      if (code === null) killed++
      const about = `killed at operation ${at}`
      const listed = await disturbed(turn, ['runs', '--json'], { home })
      if (listed.code !== 0) turn.find(`${about}: the home does not open: ${listed.output.slice(-400)}`)
      const note = notes(home)
      if (note.length !== 1) turn.find(`${about}: a mixture: ${note.join(', ')}`)
      for (const difference of await differences(home, undisturbed)) turn.find(`${about}: ${difference}`)
      const names = readdirSync(home)
      // One who works removes what was not ready; one who reads only ends what was.
      if (existsSync(join(home, 'restore.part', 'ready.json'))) turn.find(`${about}: it was not ended`)
      if (note[0] === MINE) continue
      restored++
      const aside = names.find((name) => name.startsWith('before-restore-'))
      if (aside === undefined || notes(join(home, aside)).join() !== MINE)
        turn.find(`${about}: what was there is lost`)
      else
        for (const each of await differences(join(home, aside), undisturbed))
          turn.find(`${about}: aside, ${each}`)
    }
    return { killed, restored }
  },
}
