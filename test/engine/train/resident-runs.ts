/** Runs whose steps share calls against the same runs step by step: everything told and kept is the same. */
import { describe, expect, it } from 'vitest'
import type { Backend } from '../../../src/engine/program/backend.ts'
import type { Dataset } from '../../../src/engine/data/types.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/engine/train/checkpoint.ts'
import { trainRun } from '../../../src/engine/train/loop.ts'
import type { Checkpoint } from '../../../src/engine/train/types.ts'
import { runSpecSchema, type RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { madeDataset } from '../../fakes/made-dataset.ts'
import { recorder, type Recorder } from '../../fakes/recorder.ts'

const base = {
  model: { depth: 2, width: 12 },
  sparsity: { density: 0.4, distribution: 'erk' },
  initialization: { scheme: 'eoi', gain: 1.02, biasStd: 0.01 },
  training: { epochs: 1, batchSize: 10, learningRate: 0.05, weightDecay: 1e-3, schedule: 'cosine' },
} satisfies RunSpecInput

/** The backend, and how many steps each of its calls took. */
function counting(inner: Backend): { backend: Backend; counts: number[] } {
  const counts: number[] = []
  const backend: Backend = {
    name: inner.name,
    describe: () => inner.describe(),
    refuses: (program) => inner.refuses(program),
    async compile(program, options) {
      const executable = await inner.compile(program, options)
      const { runSteps } = executable
      if (!runSteps) return executable
      return {
        run: (name, feeds) => executable.run(name, feeds),
        runSteps: (steps, feeds) => {
          counts.push(steps)
          return runSteps(steps, feeds)
        },
        read: (variable) => executable.read(variable),
        write: (variable, data) => executable.write(variable, data),
        writeAll: (values) => executable.writeAll(values),
        readAll: () => executable.readAll(),
        dispose: () => executable.dispose(),
      }
    },
  }
  return { backend, counts }
}

function dataset(resident: boolean, augment = false): Dataset {
  const made = madeDataset({ count: 2000, side: 4, augment })
  return resident ? made : Object.defineProperty(made, 'resident', { value: undefined })
}

async function trainOn(
  inner: Backend,
  over: RunSpecInput,
  resident: boolean,
  callbacks: Recorder = recorder(undefined, (step) => step === 180),
  resumeFrom: Checkpoint | null = null,
) {
  const { backend, counts } = counting(inner)
  const spec = runSpecSchema.parse({ ...base, ...over })
  const data = dataset(resident, over.data?.augment)
  const result = await trainRun({ spec, backend, dataset: data, callbacks, resumeFrom })
  return { result, callbacks, counts }
}

type DropFirst<All extends readonly unknown[]> = All extends readonly [unknown, ...infer Rest] ? Rest : never

const RUNS: Record<string, RunSpecInput> = {
  'SGD with warm-up and cosine': { training: { ...base.training, warmup: 0.1 } },
  'AdamW on augmented images': {
    data: { augment: true },
    training: { ...base.training, optimizer: 'adamw', learningRate: 0.01, schedule: 'step' },
  },
  SET: { dynamic: { method: 'set', interval: 20, fraction: 0.5 } },
  RigL: { dynamic: { method: 'rigl', interval: 13, fraction: 0.3 } },
}

export function describeResidentRuns(inner: Backend): void {
  const train = (...given: DropFirst<Parameters<typeof trainOn>>) => trainOn(inner, ...given)

  describe('runs on resident examples', () => {
    it.each(Object.keys(RUNS))('%s: the run of single steps, bit for bit', async (name) => {
      const many = await train(RUNS[name], true)
      const single = await train(RUNS[name], false)
      expect(Math.max(...many.counts)).toBe(9)
      expect(single.counts).toEqual([])
      expect(many.result).toEqual(single.result)
      expect(many.callbacks.points.length).toBeGreaterThan(60)
      expect(many.callbacks.points).toEqual(single.callbacks.points)
      expect(many.callbacks.messages).toEqual(single.callbacks.messages)
      expect(many.callbacks.checkpoints).toEqual(single.callbacks.checkpoints)
    })

    it('diverge at the step at which the loss is not finite, in the middle of a call', async () => {
      const training = { ...base.training, learningRate: 40, momentum: 0.99, epochs: 3 }
      const over = { model: { ...base.model, activation: 'linear' }, training } as const
      const [many, single] = [await train(over, true), await train(over, false)]
      expect(many.result.outcome).toBe('diverged')
      expect(many.result.step % 9).not.toBe(0)
      expect(many.result).toEqual(single.result)
      expect(many.callbacks.points).toEqual(single.callbacks.points)
      expect(many.callbacks.messages).toEqual(single.callbacks.messages)
    })

    it('go on from a pause between two reports as if they had not stopped', async () => {
      const whole = await train(RUNS.RigL, true)
      const first = await train(
        RUNS.RigL,
        true,
        recorder((step) => (step >= 1 ? 'pause' : 'continue')),
      )
      expect(first.result).toMatchObject({ outcome: 'paused', step: 1 })
      const middle = recorder((step) => (step >= 95 ? 'pause' : 'continue'))
      const file = (from: Recorder): Checkpoint => decodeCheckpoint(encodeCheckpoint(from.checkpoints[0]))
      const second = await train(RUNS.RigL, true, middle, file(first.callbacks))
      expect(second.result.outcome).toBe('paused')
      const end = recorder(undefined, (step) => step === 180)
      const third = await train(RUNS.RigL, true, end, file(second.callbacks))
      expect([...first.callbacks.points, ...middle.points, ...end.points]).toEqual(whole.callbacks.points)
      expect(third.callbacks.checkpoints).toEqual(whole.callbacks.checkpoints)
    })
  })
}
