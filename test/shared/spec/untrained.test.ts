/** What a run of no steps does not use, field by field. */
import { describe, expect, it } from 'vitest'
import { identityOf } from '../../../src/shared/spec/identity.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { getField, withValue } from '../../../src/shared/spec/paths.ts'
import { problems } from '../../../src/shared/spec/problems.ts'
import type { RunSpec } from '../../../src/shared/spec/schema.ts'
import { runGroup, runIdentity, usedSpec, vainFields } from '../../../src/shared/spec/usage.ts'

type Input = Record<string, Record<string, unknown>>

const untrained = (input: Input = {}, epochs = 0): RunSpec =>
  parseSpec({
    ...input,
    sparsity: { density: 0.1, distribution: 'erk', ...input.sparsity },
    training: { ...input.training, epochs },
  })

/** Fields of steps, each with another value than its default. */
const OF_STEPS = {
  'training.optimizer': 'adamw',
  'training.learningRate': 0.5,
  'training.momentum': 0.5,
  'training.nesterov': false,
  'training.weightDecay': 0.5,
  'training.weightDecayOn': 'kernels',
  'training.schedule': 'cosine',
  'training.warmup': 0.5,
  'training.evaluations': 5,
} as const
/** Fields of the batch that a step is fed. */
const OF_BATCHES = {
  'training.labelSmoothing': 0.1,
  'data.mixup': 0.2,
  'data.cutmix': 1,
  'data.repeats': 3,
  'model.dropout': 0.1,
} as const

const cases = (fields: object): [string, unknown][] => Object.entries(fields)
const withField = (spec: RunSpec, path: string, value: unknown): RunSpec =>
  withValue(spec, path.split('.'), value) as RunSpec

describe('a run that takes no step', () => {
  it.each(cases({ ...OF_STEPS, ...OF_BATCHES, 'data.augment': true }))('does not use %s', (path, value) => {
    const [one, trained] = [untrained(), untrained({}, 1)]
    const other = withField(one, path, value)
    expect(identityOf(other)).not.toBe(identityOf(one))
    expect(runIdentity(other)).toBe(runIdentity(one))
    expect(runGroup(other)).toBe(runGroup(one))
    expect(usedSpec(other)).toEqual(usedSpec(one))
    expect(vainFields(other).get(path)).toBe('No step is trained: training.epochs is 0.')
    expect(problems(other).filter(({ vain }) => vain)).toMatchObject([{ where: path, severity: 'warning' }])
    expect(runIdentity(withField(trained, path, value))).not.toBe(runIdentity(trained))
    const bySteps = withField(withField(one, 'training.steps', 5), path, value)
    expect(runIdentity(bySteps)).not.toBe(runIdentity(withField(one, 'training.steps', 5)))
  })

  it('does not use what a schedule, a loss or a crop has of its own either', () => {
    const milestones = { schedule: 'step', milestones: [0.3], gamma: 0.5 }
    const whole = { loss: 'binary-cross-entropy', wholeTargets: true }
    const data = { name: 'cifar-10', augment: true, crop: 'none', jitter: 0.4, rotation: 9, mixup: 0.1 }
    const plain = untrained({ training: { loss: 'binary-cross-entropy' }, data: { name: 'cifar-10' } })
    const other = untrained({ training: { ...milestones, ...whole }, data })
    expect(usedSpec(other)).toEqual(usedSpec(plain))
    expect([...vainFields(other).keys()].sort()).toEqual([
      ...['augment', 'crop', 'jitter', 'mixup', 'rotation'].map((field) => `data.${field}`),
      ...['gamma', 'milestones', 'schedule', 'wholeTargets'].map((field) => `training.${field}`),
    ])
  })

  it.each([
    ['training.batchSize', 64],
    ['training.loss', 'binary-cross-entropy'],
    ['training.spectrum', 'initialization'],
    ['training.isometry', true],
    ['data.limit', 500],
    ['data.validation', 0.2],
    ['data.standardisation', 'half'],
    ['initialization.gain', 2],
    ['sparsity.density', 0.2],
    ['seed', 7],
  ])('uses %s', (path, value) => {
    expect(runIdentity(withField(untrained(), path, value))).not.toBe(runIdentity(untrained()))
  })

  it.each([
    ['scores of data', { sparsity: { distribution: 'snip' } }],
    [
      'a spectrum of the first batch',
      { training: { spectrum: 'initialization', spectrumExamples: 'first-batch' } },
    ],
    ['an isometry of the first batch', { training: { isometry: true, spectrumExamples: 'first-batch' } }],
  ] as [string, Input][])('uses augmentation, and nothing else of a batch, for %s', (_, input) => {
    const one = untrained({ ...input, data: { name: 'cifar-10' } })
    for (const [path, value] of cases({ ...OF_STEPS, ...OF_BATCHES }))
      expect(runIdentity(withField(one, path, value)), path).toBe(runIdentity(one))
    const augmented = withField(one, 'data.augment', true)
    expect(runIdentity(augmented)).not.toBe(runIdentity(one))
    expect(runIdentity(withField(augmented, 'data.crop', 'none'))).not.toBe(runIdentity(augmented))
  })

  it('uses its batch for a gradient that masks go by before the first step', () => {
    const granet = untrained({ dynamic: { method: 'granet' } })
    for (const [path, value] of cases({ ...OF_BATCHES, 'data.augment': true }))
      expect(runIdentity(withField(granet, path, value)), path).not.toBe(runIdentity(granet))
    for (const [path, value] of cases(OF_STEPS))
      expect(runIdentity(withField(granet, path, value)), path).toBe(runIdentity(granet))
  })
})

describe('changes of masks without a step', () => {
  const unused: [string, string, unknown][] = [
    ...['set', 'rigl', 'snfs', 'granet', 'gmp'].flatMap((method): [string, string, unknown][] => [
      [method, 'interval', 7],
      [method, 'until', 0.5],
    ]),
    ...['set', 'rigl', 'snfs'].map((method): [string, string, unknown] => [method, 'fraction', 0.5]),
    ['set', 'growth', 'bernoulli'],
    ['rigl', 'fractionEnd', 0.1],
    ['snfs', 'smoothing', 0.5],
    ['imp', 'pruneFraction', 0.5],
    ['imp', 'rewindStep', 5],
    ['one-shot', 'fineTune', 0.5],
    ['one-shot', 'scope', 'distribution'],
    ['gmp', 'begin', 0.1],
    ['ste', 'refresh', 5],
    ['ste', 'decay', 'kept'],
    ['top-kast', 'penalty', 0.1],
    ['sr-ste', 'outsidePenalty', 0.1],
  ]
  it.each(unused)('%s does not use %s', (method, setting, value) => {
    const [one, trained] = [0, 1].map((epochs) => untrained({ dynamic: { method } }, epochs))
    const path = `dynamic.${setting}`
    expect(getField(one, path)).not.toBe(value)
    expect(runIdentity(withField(one, path, value))).toBe(runIdentity(one))
    expect(vainFields(withField(one, path, value)).get(path)).toBe(
      'No step is trained: training.epochs is 0.',
    )
    expect(runIdentity(withField(trained, path, value))).not.toBe(runIdentity(trained))
  })

  it('those before the first step are used: of GMP, N:M, STE and Top-KAST', () => {
    const used: [string, string, unknown][] = [
      ['gmp', 'sparsity.density', 0.2],
      ['gmp', 'dynamic.scope', 'distribution'],
      ['granet', 'dynamic.fraction', 0.5],
      ['nm', 'dynamic.groupKept', 1],
      ['ste', 'sparsity.density', 0.2],
      ['top-kast', 'dynamic.extraDensity', 0.2],
    ]
    for (const [method, path, value] of used) {
      const one = untrained({ dynamic: { method } })
      expect(runIdentity(withField(one, path, value)), `${method} ${path}`).not.toBe(runIdentity(one))
    }
  })

  it('a run that rounds would prune keeps every weight, whatever its density and distribution', () => {
    for (const method of ['imp', 'one-shot']) {
      const one = untrained({ dynamic: { method } })
      const other = untrained({ dynamic: { method }, sparsity: { density: 0.5, distribution: 'snip' } })
      expect(runIdentity(other)).toBe(runIdentity(one))
      expect(vainFields(one).get('sparsity.density')).toBe('No step is trained: training.epochs is 0.')
    }
  })
})
