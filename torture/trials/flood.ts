/** Thousands of calls at once: every one is answered, in bounded memory. */
import { join } from 'node:path'
import { Examined } from '../examine.ts'
import { smallStudy } from '../inputs/study.ts'
import { residentBytes } from '../process-facts.ts'
import type { Trial } from '../types.ts'

const CALLS_AT_ONCE = 400
const METHODS: readonly (readonly [string, unknown])[] = [
  ['lab/info', {}],
  ['studies/list', {}],
  ['runs/list', {}],
  ['queue/state', {}],
  ['data/list', {}],
  ['compare/table', { study: 'flood', metric: 'test.accuracy', at: 'last' }],
  ['studies/save', { study: { ...smallStudy('', 1), id: 'flood' } }],
]

export const flood: Trial = {
  about: 'thousands of calls at once',
  run: async (turn) => {
    const examined = new Examined(join(turn.folder, 'home'), turn.find)
    let calls = 0
    let memory = 0
    try {
      const study = { ...smallStudy('', 1), id: 'flood' }
      await examined.ask({ kind: 'page', method: 'studies/save', input: { study } }, 'studies/save')
      const goesOn = turn.start()
      while (goesOn()) {
        const wave = Array.from({ length: CALLS_AT_ONCE }, () => {
          const [method, input] = METHODS[turn.stream.integer(METHODS.length)]
          return examined.ask({ kind: 'page', method, input }, `${method} in a flood`)
        })
        calls += wave.length
        await Promise.all(wave)
        memory = Math.max(memory, residentBytes(examined.pid))
      }
    } finally {
      await examined.close()
    }
    return { calls, megabytes: Math.round(memory / 1e6) }
  },
}
