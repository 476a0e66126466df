/** Many short runs in one lab: its memory does not grow with them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeDigits } from '../inputs/digits.ts'
import { smallStudy } from '../inputs/study.ts'
import type { Trial } from '../types.ts'
import { disturbed } from './undisturbed.ts'

const RUNS_A_SECOND = 1.5
const MOST_MEMORY = 1e9

export const soak: Trial = {
  about: 'many short runs in one lab',
  run: async (turn) => {
    const home = join(turn.folder, 'home')
    const data = writeDigits(join(turn.folder, 'digits'), turn.stream.split('digits'))
    const seconds = turn.lasts / 1000
    const seeds = Array.from({ length: Math.ceil((seconds * RUNS_A_SECOND) / 2) }, (_, seed) => seed + 1)
    const study = join(turn.folder, 'study.json')
    writeFileSync(study, JSON.stringify({ ...smallStudy(data, 1), seeds }))
    const words = ['study', 'run', study, '--backend', 'sparse']
    const { code, output, memory } = await disturbed(turn, words, { home, limit: 20_000 + 20_000 * seconds })
    if (code !== 0) turn.find(`ended with ${code}: ${output.slice(-600)}`)
    if (memory > MOST_MEMORY) turn.find(`${Math.round(memory / 1e6)} MB of memory`)
    return { runs: 2 * seeds.length, megabytes: Math.round(memory / 1e6) }
  },
}
