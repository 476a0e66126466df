/** What a hostile page may send through its port: any method, any values. */
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CALLS } from '../../src/shared/contract/calls/index.ts'
import { Examined } from '../examine.ts'
import { smallStudy } from '../inputs/study.ts'
import { mutateValue, strange } from '../inputs/mutate-values.ts'
import type { Trial } from '../types.ts'

/** They fetch from the network, or measure for seconds or minutes because they are asked to. */
const NOT_ASKED = [
  'data/get',
  'tensorflow/install',
  'studies/estimate',
  'laboratory/timing',
  'theory/measure',
  'methods/check',
]

const study = { ...smallStudy('', 1), id: 'sent' }
/** Sound inputs, from which the others are made. */
const SOUND: Readonly<Record<string, unknown>> = {
  'studies/save': { study },
  'studies/start': { id: 'sent', set: { 'training.epochs': 1 }, seeds: [1, 2] },
  'studies/get': { id: 'sent' },
  'runs/series': { runs: [1, 2], phase: 'train', name: 'loss', pixels: 300 },
  'runs/query': { filter: 'status:finished', sort: [{ column: 'id', descending: true }], from: 0, count: 50 },
  'runs/annotate': { ids: [1], note: 'a', tags: ['b'], starred: true },
  'compare/table': { study: 'sent', metric: 'test.accuracy', at: 'last' },
  'compare/two-way': { study: 'sent', metric: 'test.accuracy', at: 'last', rows: ['Scheme'], columns: [] },
  'views/save': { page: 'runs', name: 'mine', view: {} },
  'laboratory/draw': { draw: { shape: [16, 16], scheme: 'eoi', density: 0.5, seed: 1 } },
  'laboratory/pattern': { name: 'p.npz', base64: 'AAAA' },
  'model/show': { spec: { model: { name: 'mlp' } } },
}

export const messages: Trial = {
  about: 'a hostile page sends random messages',
  run: async (turn) => {
    const home = join(turn.folder, 'home')
    const outside = join(turn.folder, 'outside')
    mkdirSync(outside)
    const examined = new Examined(home, turn.find)
    const methods = Object.keys(CALLS).filter((method) => !NOT_ASKED.includes(method))
    const named = Object.keys(SOUND)
    let inputs = 0
    try {
      await examined.ask(
        { kind: 'page', method: 'studies/save', input: SOUND['studies/save'] },
        'studies/save',
      )
      const goesOn = turn.start()
      for (; goesOn(); inputs++) {
        const method =
          turn.stream.integer(3) > 0
            ? named[turn.stream.integer(named.length)]
            : methods[turn.stream.integer(methods.length)]
        const sound = SOUND[method] ?? { id: 1, file: join(outside, 'x'), path: join(outside, 'y') }
        const input = turn.stream.integer(10) === 0 ? strange(turn.stream) : mutateValue(sound, turn.stream)
        const about = `${method} ${(JSON.stringify(input) ?? 'undefined').slice(0, 300)}`
        await examined.ask({ kind: 'page', method, input }, about)
      }
    } finally {
      await examined.close()
    }
    if (readdirSync(outside).length > 0) turn.find(`written outside the home: ${readdirSync(outside)}`)
    return { inputs, accepted: examined.accepted, refused: examined.refused }
  },
}
