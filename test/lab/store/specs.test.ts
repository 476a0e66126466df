import { describe, expect, it } from 'vitest'
import { pathsOf } from '../../../src/lab/store/home.ts'
import { writePoints } from '../../../src/lab/store/metrics.ts'
import { openStore } from '../../../src/lab/store/open.ts'
import { addRun, listRuns } from '../../../src/lab/store/runs.ts'
import { metricNames, summaries } from '../../../src/lab/store/summaries.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import type { RunSpec } from '../../../src/shared/spec/schema.ts'
import { temporaryFolder } from '../support.ts'

const NOW = '2026-01-01T00:00:00.000Z'
const store = () => openStore(pathsOf(temporaryFolder()))

function add(database: ReturnType<typeof store>, spec: RunSpec, identity: string, now = NOW): number {
  return addRun(database, { identity, group: 'g', spec, backend: 'auto' }, now)
}

describe('specifications of many runs', () => {
  it('are what was stored, seed by seed, whatever other field is called seed', () => {
    const database = store()
    const specs = [0, 1, 11, 2 ** 40].map((seed) => parseSpec({ seed, model: { depth: 4 } }))
    const own = (seed: number, setting = 5): RunSpec => ({
      ...parseSpec({ seed }),
      dynamic: { ...parseSpec({}).dynamic, settings: { seed: setting } },
    })
    // Stored with the section before the seed too: the first “seed” of the text is not the run's.
    const { seed: fifth, ...rest } = own(5)
    const { seed: sixth, ...other } = own(6)
    const beginning = [own(1, 12), own(0, 0.5), own(3, 30)]
    const all = [
      ...specs,
      ...beginning,
      own(5),
      own(6),
      { ...rest, seed: fifth },
      { ...other, seed: sixth },
    ] as RunSpec[]
    all.forEach((spec, index) => add(database, spec, `i${index}`))
    const read = () => listRuns(database).map(({ spec }) => spec)
    expect(read()).toEqual(all)
    expect(read()).toEqual(all)
    database.close()
  })

  it('are shared by runs that differ in the seed, and cannot be changed', () => {
    const database = store()
    for (const seed of [1, 2, 3]) add(database, parseSpec({ seed }), `i${seed}`)
    add(database, parseSpec({ seed: 1, model: { width: 7 } }), 'other')
    const [first, second, , other] = listRuns(database).map(({ spec }) => spec)
    expect(second.training).toBe(first.training)
    expect(other.training).not.toBe(first.training)
    expect(() => Object.assign(first.training, { epochs: 3 })).toThrow(TypeError)
    expect(() => Object.assign(first, { seed: 3 })).toThrow(TypeError)
    database.close()
  })
})

describe('summaries of many runs', () => {
  it('are those of few, of the metrics that are asked for', () => {
    const database = store()
    const names = ['loss', 'accuracy'] as const
    const ids = Array.from({ length: 230 }, (_, k) => add(database, parseSpec({ seed: k }), `i${k}`))
    ids.forEach((id, k) => {
      if (k % 7 === 6) return
      const value = k % 11 === 0 ? NaN : k / 3
      const points = names.map((name) => ({
        step: 1,
        epoch: 1,
        wall: 1,
        phase: 'validation' as const,
        name,
        value,
      }))
      writePoints(database, id, k % 5 === 0 ? points.slice(0, 1) : points)
    })
    writePoints(database, ids[0], [
      { step: 0, epoch: 0, wall: 0, phase: 'initialization', name: 'density', value: 0.5 },
    ])
    const few = new Map(
      [...Array(3).keys()].flatMap((k) => [...summaries(database, ids.slice(100 * k, 100 * (k + 1)))]),
    )
    expect(summaries(database, ids)).toEqual(few)
    expect(summaries(database)).toEqual(few)
    expect(few.get(ids[1])?.last).toEqual({ 'validation.loss': 1 / 3, 'validation.accuracy': 1 / 3 })
    const some = summaries(database, ids.slice(1, 4), ['validation.accuracy', 'train.loss'])
    expect([...some]).toEqual(
      ids.slice(1, 4).map((id) => [
        id,
        {
          last: { 'validation.accuracy': (id - ids[0]) / 3 },
          best: { 'validation.accuracy': (id - ids[0]) / 3 },
        },
      ]),
    )
    const every = ['initialization.density', 'validation.accuracy', 'validation.loss']
    expect(metricNames(database, ids)).toEqual(every)
    expect(metricNames(database, ids.slice(1))).toEqual(every.slice(1))
    // Many, in whose range another lies, that has a metric of its own.
    const around = ids.filter((_, k) => k !== 100)
    writePoints(database, ids[100], [
      { step: 0, epoch: 0, wall: 0, phase: 'initialization', name: 'parameters', value: 5 },
    ])
    expect(metricNames(database, around)).toEqual(every)
    expect(summaries(database, around).has(ids[100])).toBe(false)
    expect(summaries(database, ids).get(ids[100])?.last['initialization.parameters']).toBe(5)
    expect(metricNames(database, ids.slice(0, 9))).toEqual(every)
    database.close()
  })
})
