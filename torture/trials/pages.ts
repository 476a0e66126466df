/** Pages of the database that are not what was written: what is shown is true, or the damage is named. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { pathsOf } from '../../src/lab/store/home.ts'
import type { Trial, Turn } from '../types.ts'
import { EPOCHS, disturbed, runUndisturbed } from './undisturbed.ts'

const NAMED = /damaged|malformed|not a database|does not hold together|cannot be read|newer/i

/** Overwrites whole pages, or cuts the file. (A number changed within a sound page cannot be found.) */
function damage(file: string, { stream }: Turn): string {
  const bytes = readFileSync(file)
  const page = bytes.readUInt16BE(16) === 1 ? 65_536 : bytes.readUInt16BE(16)
  const pages = Math.floor(bytes.length / page)
  const at = stream.integer(pages)
  const kind = ['zeros', 'noise', 'another page', 'cut'][stream.integer(4)]
  const target = bytes.subarray(at * page, (at + 1) * page)
  if (kind === 'zeros') target.fill(0)
  else if (kind === 'noise') for (let k = 0; k < page; k++) target[k] = stream.integer(256)
  else if (kind === 'another page') bytes.copy(target, 0, (pages - 1 - at) * page, (pages - at) * page)
  writeFileSync(file, kind === 'cut' ? bytes.subarray(0, at * page + stream.integer(page)) : bytes)
  return `${kind} at page ${at} of ${pages}`
}

export const pages: Trial = {
  about: 'pages of the database are overwritten or lost',
  run: async (turn) => {
    const { home, study } = await runUndisturbed('sparse', EPOCHS.few)
    const database = new Database(pathsOf(home).database)
    database.pragma('wal_checkpoint(TRUNCATE)')
    database.close()
    const list = ['runs', '--json']
    const truth = (await disturbed(turn, list, { home })).output
    let damaged = 0
    let named = 0
    const goesOn = turn.start()
    for (; goesOn() || damaged === 0; damaged++) {
      const copy = join(turn.folder, 'copy')
      rmSync(copy, { recursive: true, force: true })
      cpSync(home, copy, { recursive: true })
      const what = damage(pathsOf(copy).database, turn)
      const before = readFileSync(pathsOf(copy).database)
      const { output } = await disturbed(turn, list, { home: copy })
      const isNamed = NAMED.test(output)
      if (isNamed) named++
      else if (output !== truth) turn.find(`${what}: other runs are shown without a word`)
      const work = await disturbed(turn, ['study', 'run', study, '--backend', 'sparse'], { home: copy })
      if (isNamed && !readFileSync(pathsOf(copy).database).equals(before))
        turn.find(`${what}: the damaged database was written to`)
      if (isNamed && work.code === 0) turn.find(`${what}: work goes on in a damaged home`)
    }
    return { damaged, named }
  },
}
