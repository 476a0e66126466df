import { expect, it, vi } from 'vitest'
import { FIGURES } from '../../../src/shared/contract/export.ts'
import type { MetricPoint } from '../../../src/shared/contract/run.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { parseStudy } from '../../../src/shared/spec/parse.ts'
import { CANDIDATE } from '../../../src/shared/studies/search.ts'
import type { Told } from '../../../src/lab/export/selection.ts'
import { pathsOf } from '../../../src/lab/store/home.ts'
import { writePoints } from '../../../src/lab/store/metrics.ts'
import { openStore } from '../../../src/lab/store/open.ts'
import { addRun, changeRun } from '../../../src/lab/store/runs.ts'
import { linkRun, saveStudy } from '../../../src/lab/store/studies.ts'
import { fakeLab, temporaryFolder } from '../support.ts'

const reading = vi.hoisted(() => ({ all: false, asked: 0 }))

vi.mock('../../../src/lab/export/selection.ts', async (original) => {
  const own = await original<typeof import('../../../src/lab/export/selection.ts')>()
  const told = (metrics: Told): Told => {
    reading.asked++
    return reading.all ? 'all' : metrics
  }
  return {
    ...own,
    selectRuns: (...[context, selection, metrics]: Parameters<typeof own.selectRuns>) =>
      own.selectRuns(context, selection, told(metrics)),
    reportedRuns: (...[context, selection, metrics]: Parameters<typeof own.reportedRuns>) =>
      own.reportedRuns(context, selection, told(metrics)),
  }
})

const NOW = '2026-01-01T00:00:00.000Z'
const STUDY = 'searched'
const START = ['density', 'parameters', 'training-operations', 'jacobian-mean']
const TRAIN = ['density', 'parameters', 'operations', 'loss', 'learning-rate']

/** Runs with every metric that a comparison may tell, of which some lack what others have. */
function homeOfRuns(): string {
  const home = temporaryFolder()
  const database = openStore(pathsOf(home))
  const axes = [
    {
      name: 'Scheme',
      points: ['eoi', 'ai'].map((scheme) => ({ label: scheme, set: { 'initialization.scheme': scheme } })),
    },
  ]
  saveStudy(
    database,
    parseStudy({
      id: STUDY,
      title: 'Searched',
      axes,
      seeds: [1, 2],
      search: { rates: [0.1, 0.01], seeds: [9] },
    }),
    NOW,
  )
  let position = 0
  for (const scheme of ['eoi', 'ai'] as const) {
    for (const [seed, rate] of [
      [9, 0.1],
      [9, 0.01],
      [1, 0.1],
      [2, 0.1],
      [3, 0.1],
    ]) {
      const spec = parseSpec({ seed, initialization: { scheme }, training: { learningRate: rate } })
      const identity = `${scheme} ${seed} ${rate}`
      const run = addRun(database, { identity, group: `${scheme} ${rate}`, spec, backend: 'auto' }, NOW)
      const labels = { Scheme: scheme, ...(seed === 9 ? { [CANDIDATE]: String(rate) } : {}) }
      linkRun(database, STUDY, run, position++, labels)
      const diverged = seed === 3
      changeRun(database, run, {
        status: diverged ? 'diverged' : 'finished',
        step: 4,
        totalSteps: 4,
        seconds: 10 * position,
        divergedAt: diverged ? 4 : null,
      })
      writePoints(database, run, pointsOf(position, scheme === 'ai', diverged))
    }
  }
  database.close()
  return home
}

function pointsOf(number: number, atStart: boolean, diverged: boolean): MetricPoint[] {
  const at = (step: number, phase: MetricPoint['phase'], name: string, value: number): MetricPoint => ({
    step,
    epoch: step / 4,
    wall: step,
    phase,
    name,
    value,
  })
  const start = START.map((name, k) => at(0, 'initialization', name, 10 * (number + k)))
  const train = TRAIN.map((name, k) =>
    at(4, 'train', name, name === 'loss' && diverged ? Infinity : 100 * (number + k)),
  )
  const ends = ['validation', 'test'] as const
  const measured = ends.flatMap((phase) => [
    at(2, phase, 'accuracy', 1 / number),
    at(2, phase, 'loss', number),
    at(4, phase, 'accuracy', 0.5 / number),
  ])
  // One scheme has counted nothing in training: what it tells is from its start.
  return [...start, ...train.filter(({ name }) => !atStart || name === 'loss'), ...measured]
}

it('tells in tables and figures the same as if all metrics were read', async () => {
  const lab = fakeLab({ home: homeOfRuns() })
  const asked = async (all: boolean): Promise<unknown[]> => {
    reading.all = all
    const told: unknown[] = []
    for (const metric of ['test.accuracy', 'test.loss', 'initialization.jacobian-mean']) {
      for (const at of ['last', 'best', 'best-validation'] as const) {
        const request = { study: STUDY, metric, at }
        told.push(await lab.call('compare/table', { ...request, significance: true }))
        const beside = ['parameters', 'operations'] as const
        told.push(await lab.call('compare/two-way', { ...request, rows: ['Scheme'], beside: [...beside] }))
      }
      for (const figure of FIGURES)
        told.push(await lab.call('figures/get', { study: STUDY, metric, figure }).catch(String))
    }
    return told
  }
  const few = await asked(false)
  const calls = reading.asked
  expect(few).toEqual(await asked(true))
  expect([reading.asked, calls > few.length]).toEqual([2 * calls, true])
  const [table] = few
  expect(table).toMatchObject({ caption: expect.stringContaining('Learning rates by search') as unknown })
})
