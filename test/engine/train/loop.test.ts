import { beforeEach, describe, expect, it } from 'vitest'
import { openBackend } from '../../../src/engine/backend/index.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/engine/train/checkpoint.ts'
import { trainRun } from '../../../src/engine/train/loop.ts'
import type { TrainResult } from '../../../src/engine/train/types.ts'
import { runSpecSchema, type RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { madeDataset } from '../../fakes/made-dataset.ts'
import { recorder, type Recorder } from '../../fakes/recorder.ts'

const base = {
  model: { depth: 3, width: 12 },
  sparsity: { density: 0.3, distribution: 'erk' },
  initialization: { scheme: 'eoi', gain: 1.02, biasStd: 0.01 },
  training: { epochs: 4, batchSize: 20, learningRate: 0.05, weightDecay: 1e-3 },
} satisfies RunSpecInput

const backend = await openBackend('reference')
const sparse = { backends: [await openBackend('sparse')] }
let trainer: typeof sparse | undefined

async function train(
  over: RunSpecInput,
  callbacks: Recorder,
  resumeFrom: Uint8Array | null = null,
): Promise<TrainResult> {
  const spec = runSpecSchema.parse({ ...base, ...over })
  return trainRun({
    spec,
    backend,
    trainer,
    dataset: madeDataset(),
    callbacks,
    resumeFrom: resumeFrom ? decodeCheckpoint(resumeFrom) : null,
  })
}

/** Masked kernels of a checkpoint as [weights, mask] pairs. */
function maskedWeights(
  variables: ReadonlyMap<string, ArrayLike<number>>,
): [ArrayLike<number>, ArrayLike<number>][] {
  return [...variables].flatMap(([name, mask]) => {
    const weights = variables.get(name.replace(/^mask:/, ''))
    return name.startsWith('mask:') && weights
      ? [[weights, mask] as [ArrayLike<number>, ArrayLike<number>]]
      : []
  })
}

describe.each([
  ['reference', undefined],
  ['sparse', sparse],
] as const)('trainRun on %s', (_, chosen) => {
  beforeEach(() => {
    trainer = chosen
  })

  it('says that it trains no step', async () => {
    const callbacks = recorder()
    expect(await train({ training: { epochs: 0, batchSize: 20 } }, callbacks)).toMatchObject({ step: 0 })
    expect(callbacks.messages.filter((message) => message.startsWith('No step is trained'))).toHaveLength(1)
    const usual = recorder()
    await train({ training: { epochs: 1, batchSize: 20 } }, usual)
    expect(usual.messages.join()).not.toContain('No step')
  })

  it('learns, and reports curves of all splits', async () => {
    const callbacks = recorder()
    const result = await train({}, callbacks)
    expect(result).toEqual({ outcome: 'finished', step: 36, message: null })
    expect(callbacks.checkpoints.map(({ step }) => step)).toEqual([36])
    const kept = [...callbacks.checkpoints[0].variables.keys()]
    expect(kept.some((name) => name.startsWith('mask:'))).toBe(true)
    expect(kept.filter((name) => name.startsWith('velocity:'))).toEqual([])
    const accuracy = callbacks.points.filter(({ phase, name }) => phase === 'test' && name === 'accuracy')
    expect(accuracy.map(({ step }) => step)).toEqual([0, 9, 18, 27, 36])
    expect(accuracy.at(-1)?.value).toBeGreaterThan(0.95)
    expect(callbacks.reports.map(({ name }) => name)).toHaveLength(4)
    expect(callbacks.reports.every(({ residual }) => residual !== null && residual < 1e-12)).toBe(true)
  })

  it('keeps the masks of a pattern where no distribution asks for any', async () => {
    const kept = recorder(undefined, (step) => step === 36)
    const initialization = { scheme: 'eoi', pattern: { kind: 'blocks', size: 4 } } as const
    await train({ sparsity: {}, initialization }, kept)
    const masked = maskedWeights(kept.checkpoints[0].variables)
    expect(masked.length).toBeGreaterThan(0)
    const zeros = masked.flatMap(([weights, mask]) => Array.from(weights).filter((_, k) => mask[k] === 0))
    expect(zeros.length).toBeGreaterThan(100)
    expect(zeros.every((weight) => weight === 0)).toBe(true)
  })

  it('goes on from a checkpoint file bit for bit as if it had not stopped', async () => {
    const whole = recorder(undefined, (step) => step === 36)
    await train({}, whole)
    const first = recorder((step) => (step >= 13 ? 'pause' : 'continue'))
    expect(await train({}, first)).toMatchObject({ outcome: 'paused', step: 13 })
    const second = recorder(undefined, (step) => step === 36)
    await train({}, second, encodeCheckpoint(first.checkpoints[0]))
    expect([...first.points, ...second.points]).toEqual(whole.points)
    expect(second.checkpoints[0].variables).toEqual(whole.checkpoints[0].variables)
  })

  it.each([
    ['AI', { initialization: { scheme: 'ai', aiSteps: 300 } }, 'initialization', 0.5],
    ['first values', {}, 'initialization', 0.5],
    ['rounds of scores', { sparsity: { density: 0.3, distribution: 'synflow' } }, 'density', 0.5],
  ] as const)('ends before the first step when it is asked to within %s', async (_, over, at, from) => {
    for (const [asked, outcome] of [
      ['pause', 'paused'],
      ['cancel', 'cancelled'],
    ] as const) {
      let stop = false
      let after = 0
      const callbacks = {
        ...recorder(() => (stop ? asked : 'continue')),
        stage: (stage: string, fraction: number) => {
          if (stop) after++
          if (stage === at && fraction >= from) stop = true
        },
      }
      expect(await train(over, callbacks)).toEqual({ outcome, step: 0, message: null })
      expect(after).toBe(0)
      expect([callbacks.points, callbacks.reports, callbacks.checkpoints]).toEqual([[], [], []])
    }
  })

  it.each(['set', 'rigl'] as const)(
    '%s moves connections, keeps their number, and keeps the rest exactly 0',
    async (method) => {
      const callbacks = recorder(undefined, () => true)
      await train({ dynamic: { method, interval: 5, fraction: 0.5 } }, callbacks)
      const counts = callbacks.checkpoints.map(({ variables }) =>
        maskedWeights(variables).map(([weights, mask]) => {
          for (let k = 0; k < mask.length; k++) if (mask[k] === 0) expect(weights[k]).toBe(0)
          return Array.from(mask).reduce((sum, bit) => sum + bit, 0)
        }),
      )
      expect(counts[0].length).toBeGreaterThan(0)
      for (const count of counts) expect(count).toEqual(counts[0])
      const last = callbacks.checkpoints.at(-1)
      const before = maskedWeights(callbacks.checkpoints[0].variables)
      const after = maskedWeights(last?.variables ?? new Map())
      expect(after.some(([, mask], i) => Array.from(mask).some((bit, k) => bit !== before[i][1][k]))).toBe(
        true,
      )
    },
  )

  it('resumes a run with a changing mask exactly', async () => {
    const over = { dynamic: { method: 'rigl', interval: 5 } } as const
    const whole = recorder(undefined, (step) => step === 36)
    await train(over, whole)
    const first = recorder((step) => (step >= 12 ? 'pause' : 'continue'))
    await train(over, first)
    const second = recorder(undefined, (step) => step === 36)
    await train(over, second, encodeCheckpoint(first.checkpoints[0]))
    expect(second.checkpoints[0].variables).toEqual(whole.checkpoints[0].variables)
  })

  it('calls a loss that is not finite a result, with its step', async () => {
    const callbacks = recorder()
    const result = await train(
      {
        model: { ...base.model, activation: 'linear' },
        training: { ...base.training, learningRate: 100, momentum: 0.99, epochs: 60 },
      },
      callbacks,
    )
    expect(result.outcome).toBe('diverged')
    expect(result.message).toBe(`diverged at step ${result.step}: the training loss is not finite`)
    expect(Number.isFinite(callbacks.points.at(-1)?.value)).toBe(false)
  })

  it('stops when it is cancelled', async () => {
    expect(
      await train(
        {},
        recorder((step) => (step >= 5 ? 'cancel' : 'continue')),
      ),
    ).toMatchObject({ outcome: 'cancelled', step: 5 })
  })

  it('says so when a batch is larger than the training set', async () => {
    await expect(train({ training: { batchSize: 500 } }, recorder())).rejects.toThrow(
      'training.batchSize: 500 is more than the 180 training examples; allowed are 1 to 180',
    )
  })

  it.each(['snip', 'grasp', 'synflow', 'magnitude'] as const)(
    '%s reaches the density over all kernels',
    async (distribution) => {
      const callbacks = recorder()
      await train({ sparsity: { density: 0.3, distribution }, initialization: { scheme: 'base' } }, callbacks)
      const density = callbacks.points.find(({ name }) => name === 'density')
      expect(Math.abs((density?.value ?? 0) - 0.3)).toBeLessThan(0.005)
    },
  )
})
