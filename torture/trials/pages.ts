/** Pages of the database that are not what was written: what is shown is true, or the damage is named. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathsOf } from '../../src/lab/store/home.ts'
import { Examined } from '../examine.ts'
import type { HomeContent } from '../examine.ts'
import type { Trial, Turn } from '../types.ts'
import { EPOCHS, disturbed, runUndisturbed, settledDatabase } from './undisturbed.ts'

/** Of a turn, so many are tried by the command line too: each start takes longer than a hundred looks. */
const CALLED = 2
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
    const database = readFileSync(settledDatabase(home))
    const copy = join(turn.folder, 'copy')
    const file = pathsOf(copy).database
    const examined = new Examined(join(turn.folder, 'home'), turn.find)
    const look = async (about: string): Promise<HomeContent | null> => {
      const answer = await examined.ask({ kind: 'home', home: copy }, about)
      if (answer?.error) return { readOnly: answer.error.code, content: null }
      return answer?.found ?? null
    }
    const renew = (): void => {
      for (const ending of ['-wal', '-shm']) rmSync(file + ending, { force: true })
      writeFileSync(file, database)
    }
    cpSync(home, copy, { recursive: true })
    let damaged = 0
    let named = 0
    try {
      renew()
      const truth = (await look('the sound home'))?.content
      const goesOn = turn.start()
      for (; goesOn() || damaged === 0; damaged++) {
        renew()
        const what = damage(file, turn)
        const before = readFileSync(file)
        const found = await look(what)
        if (found === null) continue
        if (found.readOnly === null) {
          if (found.content !== truth) turn.find(`${what}: other numbers are shown without a word`)
          continue
        }
        named++
        if (!readFileSync(file).equals(before)) turn.find(`${what}: the damaged database was written to`)
        if (named > CALLED) continue
        // The command line refuses to work there, with a word.
        const work = await disturbed(turn, ['study', 'run', study, '--backend', 'sparse'], { home: copy })
        if (work.code === 0 || !NAMED.test(work.output))
          turn.find(`${what}: work in a damaged home ended with ${work.code}: ${work.output.slice(-300)}`)
        if (!readFileSync(file).equals(before)) turn.find(`${what}: the command line wrote to it`)
      }
    } finally {
      await examined.close()
    }
    return { damaged, named }
  },
}
