import { describe, expect, it } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { compileTraining } from '../../../src/engine/compiler/training.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { beta } from '../../../src/engine/train/beta.ts'
import { StepFeeds } from '../../../src/engine/train/feeds.ts'
import { trainRun } from '../../../src/engine/train/loop.ts'
import { cutBox, mixedFeeds } from '../../../src/engine/train/mixing.ts'
import { planTraining } from '../../../src/shared/planning/plan.ts'
import type { Checkpoint } from '../../../src/engine/train/types.ts'
import { runSpecSchema, type RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import { madeDataset } from '../../fakes/made-dataset.ts'
import { recorder } from '../../fakes/recorder.ts'

const DRAWS = 4000

describe('beta', () => {
  // Values of scipy.stats.beta.cdf at .01, .1, .25 and .4.
  it.each([
    [0.2, [0.20977769, 0.33668978, 0.41405552, 0.46774735]],
    [0.8, [0.02071677, 0.13180567, 0.2785401, 0.41278118]],
    [1, [0.01, 0.1, 0.25, 0.4]],
    [3, [9.8506e-6, 0.00856, 0.10351562, 0.31744]],
  ])('has the distribution function of Beta(%d, %d)', (alpha, values) => {
    const stream = Stream.root(5)
    const draws = Array.from({ length: DRAWS }, () => beta(alpha, stream))
    ;[0.01, 0.1, 0.25, 0.4].forEach((at, k) => {
      const share = draws.filter((draw) => draw <= at).length / DRAWS
      expect(Math.abs(share - values[k])).toBeLessThan(
        4.5 * Math.sqrt((values[k] * (1 - values[k]) + 1e-4) / DRAWS),
      )
    })
    expect(draws.every((draw) => draw >= 0 && draw <= 1)).toBe(true)
  })
})

const SHAPE = [5, 7, 2]
const SIZE = 70

function batch() {
  const stream = Stream.root(8)
  const x = Float32Array.from({ length: 4 * SIZE }, () => stream.normal())
  return { x, y: Int32Array.from([0, 3, 3, 1]), weights: new Float32Array(4).fill(1), count: 4 }
}

const spec = (data: RunSpecInput['data'], training: RunSpecInput['training'] = {}) =>
  runSpecSchema.parse({ data, training })

describe('mixed batches', () => {
  it('mixup: each example is the same share of itself and of its partner, and so are its classes', () => {
    const { x, y } = batch()
    const made = mixedFeeds(batch(), SHAPE, spec({ mixup: 0.8 }), Stream.root(3).split('mixing', 5))
    const share = made.shares[0]
    expect(share).toBeGreaterThanOrEqual(0.5)
    const own = made.y[0] === y[0] ? share : 1 - share
    made.x.forEach((value, i) => {
      const partner = (3 - Math.floor(i / SIZE)) * SIZE + (i % SIZE)
      expect(value).toBeCloseTo(own * x[i] + (1 - own) * x[partner], 5)
    })
    for (let k = 0; k < 4; k++) {
      expect(new Set([made.y[k], made.otherY[k]])).toEqual(new Set([y[k], y[3 - k]]))
      expect(made.shares[k] + made.otherShares[k]).toBeCloseTo(1, 6)
    }
  })

  it('cutmix: a rectangle is the partner’s, and the shares are those of the pixels', () => {
    const { x, y } = batch()
    const boxes = new Set<number>()
    for (let step = 0; step < 40; step++) {
      const made = mixedFeeds(batch(), SHAPE, spec({ cutmix: 1 }), Stream.root(3).split('mixing', step))
      let taken = 0
      for (let i = 0; i < SIZE; i++) {
        expect([x[i], x[3 * SIZE + i]]).toContain(made.x[i])
        if (made.x[i] !== x[i]) taken++
      }
      boxes.add(taken)
      const share = made.y[0] === y[0] ? made.shares[0] : made.otherShares[0]
      expect(share).toBeCloseTo(1 - taken / SIZE, 6)
    }
    expect(boxes.size).toBeGreaterThan(8)
  })

  it('cutmix: boxes have sides of the image’s times √(1 − λ), cut at the borders', () => {
    const stream = Stream.root(1)
    for (let k = 0; k < 300; k++) {
      const { top, bottom, left, right } = cutBox(32, 20, 0.36, stream)
      // 0.8 of 32 and of 20, around a centre.
      expect(bottom - top).toBeLessThanOrEqual(24)
      expect(right - left).toBeLessThanOrEqual(16)
      if (top > 0 && bottom < 32) expect(bottom - top).toBe(24)
      if (left > 0 && right < 20) expect(right - left).toBe(16)
    }
  })

  it('takes each of the two about as often where both are asked for', () => {
    let cuts = 0
    for (let step = 0; step < 400; step++) {
      const made = mixedFeeds(
        batch(),
        SHAPE,
        spec({ mixup: 1, cutmix: 1 }),
        Stream.root(3).split('mixing', step),
      )
      const { x } = batch()
      if (made.x.every((value, i) => i >= SIZE || value === x[i] || value === x[3 * SIZE + i])) cuts++
    }
    expect(Math.abs(cuts - 200)).toBeLessThan(45)
  })

  it('whole targets have both classes at 1, one class once', () => {
    const whole = { loss: 'binary-cross-entropy', wholeTargets: true } as const
    const given = { ...batch(), y: Int32Array.from([0, 3, 3, 1]) }
    const made = mixedFeeds(given, SHAPE, spec({ mixup: 0.8 }, whole), Stream.root(3))
    expect([...made.shares]).toEqual([1, 1, 1, 1])
    expect([...made.otherShares]).toEqual([1, 0, 0, 1])
  })
})

const RUN: RunSpecInput = {
  model: { name: 'mlp', depth: 2, width: 12 },
  data: { mixup: 0.8, cutmix: 1 },
  sparsity: { density: 0.5, distribution: 'uniform' },
  training: {
    epochs: 2,
    batchSize: 20,
    learningRate: 0.1,
    loss: 'binary-cross-entropy',
    labelSmoothing: 0.1,
  },
}

describe('a run that mixes', () => {
  it('learns, and resumes bit for bit', async () => {
    const run = runSpecSchema.parse(RUN)
    const dataset = madeDataset()
    const train = async (resumeFrom: Checkpoint | null, at: number) => {
      const callbacks = { ...recorder(), kept: null as Checkpoint | null, last: null as Checkpoint | null }
      const result = await trainRun({
        spec: run,
        backend: referenceBackend,
        dataset,
        callbacks: {
          ...callbacks,
          checkpointDue: (step) => step === at,
          checkpoint: (checkpoint) => {
            const copy = {
              ...checkpoint,
              variables: new Map([...checkpoint.variables].map(([k, v]) => [k, v.slice()])),
            }
            if (checkpoint.step === at) callbacks.kept = copy
            callbacks.last = copy
          },
        },
        resumeFrom,
      })
      expect(result.outcome).toBe('finished')
      return { ...callbacks, points: callbacks.points }
    }
    const whole = await train(null, 7)
    const second = await train(whole.kept, -1)
    expect(second.last?.variables).toEqual(whole.last?.variables)
    const losses = whole.points.filter(({ phase, name }) => phase === 'validation' && name === 'loss')
    expect(losses[losses.length - 1].value).toBeLessThan(losses[0].value)
  })

  it('repeats examples in a row where asked, in as many steps', () => {
    const dataset = madeDataset({ augment: true })
    const steps = (repeats: number) => {
      const run = runSpecSchema.parse({ ...RUN, data: { repeats } })
      const plan = planTraining(run, dataset.size('train'))
      const program = compileTraining(buildModel(run.model, dataset.shape, 4), {
        ...run.training,
        masked: false,
        denseGradients: false,
      })
      const feeds = new StepFeeds(run, dataset, plan, program, Stream.root(1))
      return Array.from({ length: plan.stepsPerEpoch }, (_, step) => [...feeds.rows(step)])
    }
    const [once, thrice] = [steps(1), steps(3)]
    expect(thrice.length).toBe(once.length)
    expect(thrice.flat()).toEqual(once.flat().map((_, k) => once.flat()[Math.floor(k / 3)]))
  })

  it('feeds a step by its number alone, and asks no device to keep the examples', async () => {
    const run = runSpecSchema.parse(RUN)
    const dataset = madeDataset()
    const program = compileTraining(buildModel(run.model, dataset.shape, 4), {
      ...run.training,
      mixed: true,
      masked: false,
      denseGradients: false,
    })
    const plan = planTraining(run, dataset.size('train'))
    const feeds = () => new StepFeeds(run, dataset, plan, program, Stream.root(run.seed))
    const one = feeds()
    await one.train(0)
    const fed = await one.train(1)
    expect(await feeds().train(1)).toEqual(fed)
    expect(await one.data(1)).toEqual(expect.objectContaining({ x: fed.x, shares: fed.shares }))
  })
})
