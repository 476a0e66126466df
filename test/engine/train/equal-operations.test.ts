/** Rows of equal cost, trained: what they count from their masks is the budget. */
import { expect, it } from 'vitest'
import { openBackend } from '../../../src/engine/backend/index.ts'
import type { Dataset } from '../../../src/engine/data/types.ts'
import { trainRun } from '../../../src/engine/train/loop.ts'
import { costOfRun } from '../../../src/shared/planning/equal-operations.ts'
import { parseStudy } from '../../../src/shared/spec/parse.ts'
import { expandStudy } from '../../../src/shared/studies/grid.ts'
import { recorder } from '../../fakes/recorder.ts'

const BATCH = 16
const x = Float32Array.from({ length: BATCH * 784 }, (_, i) => 2 * ((i * 0.618034) % 1) - 1)
const batch = {
  x,
  y: Int32Array.from({ length: BATCH }, (_, i) => i % 10),
  weights: new Float32Array(BATCH).fill(1),
  count: BATCH,
}
/** Of MNIST’s shape. */
const dataset: Dataset = {
  name: 'numbers',
  shape: [28, 28, 1],
  classes: 10,
  classNames: Array.from({ length: 10 }, (_, k) => String(k)),
  hash: '',
  size: (split) => (split === 'train' ? 1000 : 1) * BATCH,
  trainBatch: () => batch,
  evaluationBatch: () => batch,
  close: () => undefined,
}

const METHODS = {
  eoi: { 'initialization.scheme': 'eoi' },
  rigl: { 'dynamic.method': 'rigl', 'dynamic.interval': 5 },
  snfs: { 'dynamic.method': 'snfs', 'dynamic.interval': 5 },
  gmp: { 'dynamic.method': 'gmp', 'dynamic.interval': 2 },
  granet: { 'dynamic.method': 'granet', 'dynamic.interval': 2, 'dynamic.startDensity': 0.5 },
  'one-shot': { 'dynamic.method': 'one-shot', 'dynamic.fineTune': 0.5 },
  imp: { 'dynamic.method': 'imp', 'dynamic.rewindStep': 2, 'dynamic.pruneFraction': 0.4 },
  nm: { 'dynamic.method': 'nm' },
  ste: { 'dynamic.method': 'ste' },
  'top-kast': { 'dynamic.method': 'top-kast' },
  'sr-ste': { 'dynamic.method': 'sr-ste' },
}
/** What the sparse backend does not keep. */
const FORWARD = ['ste', 'top-kast', 'sr-ste']

it('trains every method for the operations of the budget, within 1 % or a step', async () => {
  const [reference, sparse] = await Promise.all([openBackend('reference'), openBackend('sparse')])
  const study = parseStudy({
    id: 'equal',
    title: 'Equal cost',
    base: {
      model: { depth: 2, width: 20 },
      sparsity: { density: 0.2, distribution: 'erk' },
      training: { batchSize: BATCH },
    },
    axes: [{ name: 'Method', points: Object.entries(METHODS).map(([label, set]) => ({ label, set })) }],
    budget: { operations: 2e7 },
  })
  const { runs, problems, budget } = expandStudy(study)
  expect(problems).toEqual([])
  for (const [k, { spec, labels }] of runs.entries()) {
    const told = recorder()
    const backends = FORWARD.includes(labels['Method']) ? [reference] : [sparse]
    const trainer = { backends }
    await trainRun({ spec, backend: reference, trainer, dataset, callbacks: told, resumeFrom: null })
    const last = (name: string) => told.points.filter((point) => point.name === name).at(-1)
    const planned = last('training-operations')?.value ?? NaN
    const counted = last('operations') ?? last('training-operations')
    const { steps } = spec.training
    const { operations, allSteps } = costOfRun(spec)
    const [less, now, more] = [-1, 0, 1].map((by) => operations(steps + by))
    const step = Math.max(more - now, now - less)
    const name = labels['Method']
    expect(allSteps(steps), name).toBe(budget[k].steps)
    if (last('operations')) expect(counted?.step, name).toBe(budget[k].steps)
    const off = Math.abs((counted?.value ?? NaN) - 2e7)
    expect(off, name).toBeLessThanOrEqual(Math.max(0.01 * 2e7, step))
    // The formula before the first step and what the masks gave: counts are rounded to whole weights.
    expect(Math.abs((counted?.value ?? NaN) / planned - 1), name).toBeLessThan(0.003)
  }
})
