/**
 * That an untrained run computes the same whatever the fields are that it is said not to use: prepared with
 * them as they were set, which a run never is (train/loop.ts trains the used specification).
 */
import { expect, it } from 'vitest'
import { openBackend } from '../../../src/engine/backend/index.ts'
import { evaluate } from '../../../src/engine/train/evaluate.ts'
import { MaskUpdater } from '../../../src/engine/train/dynamic.ts'
import { StepFeeds } from '../../../src/engine/train/feeds.ts'
import { prepareRun } from '../../../src/engine/train/prepare.ts'
import { STATIC } from '../../../src/shared/methods/dynamic/index.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { withValue } from '../../../src/shared/spec/paths.ts'
import type { RunSpec } from '../../../src/shared/spec/schema.ts'
import { unusedFields } from '../../../src/shared/spec/usage.ts'
import { madeDataset } from '../../fakes/made-dataset.ts'
import { recorder } from '../../fakes/recorder.ts'

const backend = await openBackend('reference')

/** Other values of fields that say how steps are taken and what they are fed. */
const OTHER = {
  'training.optimizer': 'adamw',
  'training.learningRate': 0.5,
  'training.momentum': 0.5,
  'training.nesterov': false,
  'training.weightDecay': 0.5,
  'training.schedule': 'cosine',
  'training.warmup': 0.5,
  'training.evaluations': 5,
  'training.labelSmoothing': 0.3,
  'data.mixup': 0.2,
  'data.cutmix': 1,
  'data.repeats': 3,
  'data.augment': true,
  'model.dropout': 0.4,
  'dynamic.interval': 7,
  'dynamic.until': 0.3,
  'dynamic.fraction': 0.9,
  'dynamic.begin': 0.2,
  'dynamic.refresh': 3,
  'dynamic.penalty': 0.5,
  'dynamic.pruneFraction': 0.5,
  'dynamic.scope': 'distribution',
} as const

/** What a run without a step tells and keeps: losses, the first metrics, weights and masks. */
async function outcome(spec: RunSpec): Promise<string> {
  const dataset = madeDataset({ augment: spec.data.augment })
  const callbacks = recorder()
  const { state: _, ...run } = await prepareRun({ spec, backend, dataset, callbacks, resumeFrom: null })
  try {
    const feeds = new StepFeeds(spec, dataset, run.plan, run.program, run.stream)
    const masks = spec.dynamic.method === STATIC ? null : new MaskUpdater(spec, run, feeds)
    const change = await masks?.begin(0)
    const told = [
      await evaluate(run.executable, dataset, 'validation', run.evaluationBatchSize),
      await evaluate(run.executable, dataset, 'test', run.evaluationBatchSize),
      callbacks.points,
      change ?? null,
    ]
    masks?.finish()
    const roles = new Map(run.program.program.variables.map(({ name, role }) => [name, role]))
    const kept = [...run.executable.readAll()].filter(([name]) => roles.get(name) !== 'slot')
    return JSON.stringify([told, kept.map(([name, values]) => [name, [...values]])])
  } finally {
    run.executable.dispose()
    run.spectrum?.dispose()
    run.isometry?.dispose()
  }
}

const specOf = (distribution: string, method: string, training: object = {}): RunSpec =>
  parseSpec({
    model: { depth: 3, width: 12 },
    sparsity: { density: 0.3, distribution },
    dynamic: { method },
    training: { epochs: 0, batchSize: 20, spectrum: 'initialization', ...training },
  })

it.each([
  ['erk', STATIC, {}],
  ['snip', STATIC, {}],
  ['grasp', STATIC, {}],
  ['erk', STATIC, { spectrumExamples: 'first-batch' }],
  ['erk', 'rigl', {}],
  ['erk', 'gmp', {}],
  ['erk', 'granet', {}],
  ['erk', 'top-kast', {}],
  ['erk', 'imp', {}],
  ['snip', 'one-shot', {}],
])('%s with masks %s and %j', async (distribution, method, training) => {
  const spec = specOf(distribution, method, training)
  const [unused, plain] = [unusedFields(spec), await outcome(spec)]
  let all = spec
  for (const [path, value] of Object.entries(OTHER)) {
    const other = withValue(spec, path.split('.'), value) as RunSpec
    if (unused.has(path)) all = withValue(all, path.split('.'), value) as RunSpec
    // Where augmentation is called used it changes what is computed.
    else if (path === 'data.augment' && method === STATIC) expect(await outcome(other)).not.toBe(plain)
  }
  expect(all).not.toEqual(spec)
  expect(await outcome(all)).toBe(plain)
})
