import { describe, expect, it } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import type { Backend } from '../../../src/engine/program/backend.ts'
import { compileTraining } from '../../../src/engine/compiler/training.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { StepFeeds } from '../../../src/engine/train/feeds.ts'
import {
  firstTrainingInputs,
  JacobianSpectrum,
  summariseSpectrum,
} from '../../../src/engine/train/jacobian.ts'
import { trainRun } from '../../../src/engine/train/loop.ts'
import type { MetricPoint } from '../../../src/shared/contract/run.ts'
import { planTraining } from '../../../src/shared/planning/plan.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import { runSpecSchema, type RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { madeDataset } from '../../fakes/made-dataset.ts'
import { recorder } from '../../fakes/recorder.ts'
import { expectSpectrum, jacobianCases } from './jacobian-oracle.ts'

/** As a backend that runs training programs alone. */
const trainsOnly: Backend = {
  ...referenceBackend,
  name: 'trains-only',
  describe: () => referenceBackend.describe(),
  refuses: (program) => (program.functions.some(({ name }) => name === 'jacobian') ? ['no Jacobians'] : []),
  compile: (program, options) => referenceBackend.compile(program, options),
}

async function train(over: RunSpecInput, backend: Backend = referenceBackend): Promise<MetricPoint[]> {
  const callbacks = recorder()
  const spec = runSpecSchema.parse({
    model: { depth: 3, width: 12, activation: 'linear' },
    sparsity: { density: 0.3, distribution: 'uniform' },
    initialization: { scheme: 'eoi' },
    ...over,
  })
  const dataset = madeDataset()
  const result = await trainRun({ spec, backend, dataset, callbacks, resumeFrom: null })
  expect(result.outcome).toBe('finished')
  return callbacks.points
}

const lastOf = (points: readonly MetricPoint[], name: string): number | undefined =>
  points.filter((point) => point.phase === 'initialization' && point.name === name).at(-1)?.value

describe('JacobianSpectrum', () => {
  it.each(jacobianCases())('agrees with PyTorch: %s', async (_, given) => {
    const spectrum = await JacobianSpectrum.compile(given.graph, given.inputs, [referenceBackend], 'float64')
    expectSpectrum(spectrum.ofState(given.state), given.expected, 1e-8)
    spectrum.dispose()
  })

  it('summarises with the unbiased variance, and tells what is not finite', () => {
    const { mean, max, min, variance, values } = summariseSpectrum(Float64Array.of(1, 4, 2, 1))
    expect([mean, max, min, variance, [...values]]).toEqual([2, 4, 1, 2, [4, 2, 1, 1]])
    const broken = summariseSpectrum(Float64Array.of(1, Number.NaN))
    expect([broken.mean, broken.max, broken.min, broken.variance]).toEqual([NaN, NaN, NaN, NaN])
  })
})

describe('a run that asks for its spectrum', () => {
  it('finishes without training, with the numbers of an isometry', async () => {
    const points = await train({ training: { epochs: 0, batchSize: 20, spectrum: 'initialization' } })
    // A linear network of orthogonal layers 36 → 12 → 12 → 12 → 4 keeps every singular value at 1.
    expect(lastOf(points, 'jacobian-mean')).toBeCloseTo(1, 5)
    expect(lastOf(points, 'jacobian-max')).toBeCloseTo(1, 5)
    expect(lastOf(points, 'jacobian-min')).toBeCloseTo(1, 5)
    expect(lastOf(points, 'jacobian-variance')).toBeLessThan(1e-9)
    const whole = points.filter(({ name }) => name === 'jacobian-singular')
    expect(whole.map(({ step }) => step)).toEqual(Array.from({ length: 16 * 4 }, (_, rank) => rank))
  })

  it('takes the examples of the first training batch where asked', async () => {
    const dataset = madeDataset({ augment: true })
    const taken: Int32Array[] = []
    const watched = {
      ...dataset,
      size: (split: 'train') => dataset.size(split),
      trainBatch(rows: Int32Array, stream: Stream) {
        taken.push(rows.slice())
        return dataset.trainBatch(rows, stream)
      },
    }
    const inputs = await firstTrainingInputs(watched, 5, Stream.root(9))
    const spec = runSpecSchema.parse({ training: { batchSize: 5, epochs: 2 }, seed: 9 })
    const graph = buildModel({ ...spec.model, depth: 1, width: 4 }, dataset.shape, 4)
    const program = compileTraining(graph, {
      evaluationBatchSize: 5,
      ...spec.training,
      masked: false,
      denseGradients: false,
    })
    const plan = planTraining(spec, dataset.size('train'))
    const feeds = new StepFeeds(spec, dataset, plan, program, Stream.root(9))
    const { x } = await feeds.train(0)
    expect(inputs.flatMap((each) => [...each])).toEqual([...x])
    expect([...taken[0]]).toEqual([...feeds.rows(0)])
    const points = await train({
      training: { epochs: 0, batchSize: 20, spectrum: 'initialization', spectrumExamples: 'first-batch' },
      model: { depth: 3, width: 12, activation: 'tanh' },
    })
    const others = await train({
      training: { epochs: 0, batchSize: 20, spectrum: 'initialization' },
      model: { depth: 3, width: 12, activation: 'tanh' },
    })
    expect(lastOf(points, 'jacobian-mean')).not.toBe(lastOf(others, 'jacobian-mean'))
  })

  it('asks nothing by default', async () => {
    const points = await train({ training: { epochs: 0, batchSize: 20 } })
    expect(points.some(({ name }) => name.startsWith('jacobian'))).toBe(false)
  })

  it('follows training where asked, from the numbers of initialization on', async () => {
    const training = {
      epochs: 2,
      batchSize: 20,
      learningRate: 0.05,
      spectrum: 'training' as const,
      spectrumInputs: 3,
    }
    const points = await train({ training })
    const means = points.filter(({ phase, name }) => phase === 'validation' && name === 'jacobian-mean')
    expect(means.map(({ step }) => step)).toEqual([0, 9, 18])
    expect(means[0].value).toBe(lastOf(points, 'jacobian-mean'))
    expect(means[2].value).not.toBeCloseTo(means[0].value, 3)
  })

  it('takes the reference backend where its own runs training programs alone', async () => {
    const training = { epochs: 0, batchSize: 20, spectrum: 'initialization' as const }
    expect(lastOf(await train({ training }, trainsOnly), 'jacobian-mean')).toBe(
      lastOf(await train({ training }), 'jacobian-mean'),
    )
  })
})
