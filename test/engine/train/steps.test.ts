import { describe, expect, it } from 'vitest'
import type { Executable, Feeds } from '../../../src/engine/program/backend.ts'
import { compileTraining } from '../../../src/engine/compiler/training.ts'
import { StepFeeds } from '../../../src/engine/train/feeds.ts'
import { maskMoments } from '../../../src/shared/planning/schedule.ts'
import { planTraining } from '../../../src/shared/planning/plan.ts'
import { Steps, stepsUntilStop } from '../../../src/engine/train/steps.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { runSpecSchema, type RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import { madeDataset } from '../../fakes/made-dataset.ts'

const base = {
  model: { depth: 1, width: 4 },
  training: { epochs: 2, batchSize: 10, evaluations: 1, learningRate: 0.1, schedule: 'cosine' },
} satisfies RunSpecInput

/** A run of 2 × 180 steps, reported every 9, whose calls take so many milliseconds of a made clock. */
function situation(stepMs: number, over: RunSpecInput = {}, augment = false) {
  const spec = runSpecSchema.parse({ ...base, ...over })
  const dataset = madeDataset({ count: 2000, augment })
  const plan = planTraining(spec, dataset.size('train'))
  const graph = buildModel(spec.model, dataset.shape, dataset.classes)
  const { optimizer, batchSize, labelSmoothing, momentum, nesterov, weightDecay } = spec.training
  const optimization = { optimizer, momentum, nesterov, weightDecay }
  const options = { ...optimization, batchSize, labelSmoothing, denseGradients: false }
  const feeds = new StepFeeds(spec, dataset, plan, compileTraining(graph, options), Stream.root(1))
  const calls: { count: number; feeds: Feeds }[] = []
  let clock = 0
  const answer = (count: number, fed: Feeds) => {
    clock += count * stepMs
    calls.push({ count, feeds: fed })
    return { loss: new Float32Array(count).fill(2), correct: new Float32Array(count).fill(3) }
  }
  const unused = (): never => {
    throw new Error('not used')
  }
  const executable: Executable = {
    run: (_, fed) => answer(1, fed),
    runSteps: answer,
    read: unused,
    write: unused,
    writeAll: unused,
    readAll: unused,
    dispose: unused,
  }
  const recorded: number[] = []
  const steps = new Steps({
    plan,
    masksDue: maskMoments(spec, plan.totalSteps, new Set()),
    executable,
    feeds,
    resident: dataset.resident ?? null,
    now: () => clock,
    recordStep: (each) => recorded.push(each),
  })
  const all = async (): Promise<number[]> => {
    const counts: number[] = []
    for (let step = 0; step < plan.totalSteps; step += counts.at(-1) ?? 0) {
      counts.push((await steps.run(step)).losses.length)
    }
    return counts
  }
  return { steps, all, calls, recorded, plan, feeds, spec, dataset, executable }
}

/** Steps after which each call of a list ends. */
function ends(counts: readonly number[]): number[] {
  let step = 0
  return counts.map((count) => (step += count))
}

describe('stepsUntilStop', () => {
  const rounds = [{ start: 0, steps: 250, scheduleStart: 0 }]
  const plan = { stepsPerEpoch: 100, totalSteps: 250, reportEvery: 8, evaluateEvery: 50, rounds }
  const { dynamic } = runSpecSchema.parse({ dynamic: { method: 'set', interval: 13, until: 0.5 } })
  const { dynamic: none } = runSpecSchema.parse({})

  it('stops at reports, evaluations, mask updates and the end', () => {
    const stops = (settings: typeof dynamic): number[] => {
      const at: number[] = []
      for (let step = 0; step < 250;)
        at.push(
          (step += stepsUntilStop(
            plan,
            maskMoments({ dynamic: settings }, 250, new Set()),
            step,
            250 - step,
          )),
        )
      return at
    }
    const expected = (masks: (step: number) => boolean): number[] =>
      Array.from({ length: 250 }, (_, i) => i + 1).filter(
        (step) => step % 8 === 0 || step % 50 === 0 || step === 250 || masks(step),
      )
    expect(stops(none)).toEqual(expected(() => false))
    expect(stops(dynamic)).toEqual(expected((step) => step % 13 === 0 && step < 125))
  })

  it('takes no more than it may', () => {
    expect(stepsUntilStop(plan, () => false, 0, 5)).toBe(5)
    expect(stepsUntilStop(plan, () => false, 7, 5)).toBe(1)
  })
})

describe('Steps', () => {
  it('doubles the steps of a call up to the next report', async () => {
    const { all } = situation(0.01)
    const counts = await all()
    expect(counts.slice(0, 6)).toEqual([1, 2, 4, 2, 9, 9])
    expect(ends(counts).slice(3)).toEqual(Array.from({ length: 40 }, (_, i) => 9 * (i + 1)))
  })

  it('keeps calls under a tenth of a second, and single where a step takes that long', async () => {
    const calls = situation(30)
    expect(Math.max(...(await calls.all()))).toBe(3)
    expect(new Set(await situation(150).all())).toEqual(new Set([1]))
  })

  it('stops at mask updates', async () => {
    const { all } = situation(0.01, { dynamic: { method: 'set', interval: 7, until: 1 } })
    const at = new Set(ends(await all()))
    for (let step = 7; step < 360; step += 7) expect(at.has(step)).toBe(true)
  })

  it('feeds every step what it alone would be fed', async () => {
    const { all, calls, feeds, dataset, plan } = situation(
      0.01,
      { training: { ...base.training, optimizer: 'adamw' } },
      true,
    )
    await all()
    const joined = (name: string): number[] => calls.flatMap(({ feeds: fed }) => Array.from(fed[name]))
    const singles = []
    for (let step = 0; step < plan.totalSteps; step++) singles.push(await feeds.train(step))
    for (const name of ['rate', 'correction1', 'correction2'])
      expect(joined(name)).toEqual(singles.flatMap((fed) => Array.from(fed[name])))
    const [images, labels] = [joined('images'), dataset.resident?.examples.labels]
    expect(images.map((image) => labels?.[image])).toEqual(singles.flatMap(({ y }) => Array.from(y)))
    const crops = [...joined('rowCrops'), ...joined('columnCrops')]
    expect(new Set(joined('rowCrops')).size).toBe(9)
    expect(new Set(joined('columnCrops')).size).toBe(18)
    expect(crops.length).toBe(2 * images.length)
  })

  it('records the time of a step, not of a call, and answers the last rate', async () => {
    const { all, recorded } = situation(0.25)
    await all()
    expect(recorded).toEqual([0.25])
    const { steps, feeds } = situation(0.01)
    const at: number[] = []
    for (let step = 0; step < 9; step = at.length) {
      const { losses, correct, rate } = await steps.run(step)
      expect([...correct]).toEqual(Array.from(losses, () => 3))
      at.push(...losses)
      expect(rate).toBe((await feeds.train(at.length - 1))['rate'][0])
    }
  })

  it('feeds whole batches where the backend keeps no examples, or the data set has none', async () => {
    for (const without of ['runSteps', 'resident']) {
      const { plan, executable, feeds, dataset, calls } = situation(0.01)
      const steps = new Steps({
        masksDue: () => false,
        plan,
        executable: without === 'runSteps' ? { ...executable, runSteps: undefined } : executable,
        feeds,
        resident: without === 'resident' ? null : (dataset.resident ?? null),
        now: () => 0,
        recordStep: null,
      })
      for (let step = 0; step < 4; step++) expect((await steps.run(step)).losses).toHaveLength(1)
      expect(calls.map(({ feeds: fed }) => Object.keys(fed))).toEqual(new Array(4).fill(['x', 'y', 'rate']))
    }
  })
})
