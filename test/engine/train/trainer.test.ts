/** Choosing and measuring the backend that trains, on fake backends over the reference. */
import { describe, expect, it } from 'vitest'
import type { MeasuredRate, Rates } from '../../../src/engine/train/choice.ts'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import type { Backend } from '../../../src/engine/program/backend.ts'
import { TextDataset } from '../../../src/engine/data/text/dataset.ts'
import { trainRun } from '../../../src/engine/train/loop.ts'
import { BenchError } from '../../../src/shared/contract/errors.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { madeDataset } from '../../fakes/made-dataset.ts'
import { recorder, type Recorder } from '../../fakes/recorder.ts'

/** Epochs of a run that is long enough for measuring before it. */
const LONG = 300

/** A clock that backends advance. */
let clock = 0

/** The reference under another name, whose step takes `stepMs` of the clock. */
function fake(name: string, stepMs: number, over: Partial<Backend> = {}): Backend & { compiled: number } {
  const backend = {
    ...referenceBackend,
    name,
    compiled: 0,
    compile: async (...given: Parameters<Backend['compile']>) => {
      backend.compiled++
      const executable = await referenceBackend.compile(...given)
      const run = executable.run.bind(executable)
      executable.run = (...call) => {
        if (call[0] === 'train') clock += stepMs
        return run(...call)
      }
      return executable
    },
    ...over,
  }
  return backend
}

function memory(): Rates & { readonly kept: Map<string, MeasuredRate> } {
  const kept = new Map<string, MeasuredRate>()
  return {
    kept,
    gpu: false,
    exact: (name) => kept.get(name),
    // A slow machine: the small network's steps promise to take long enough to be worth measuring.
    others: () => [{ stepMs: 80, modelMs: 1, kind: 'dense', day: '2026-11-20' }],
    record: (name, rate) => void kept.set(name, { ...rate, day: '2026-11-23' }),
  }
}

async function train(backends: readonly Backend[], rates?: Rates, epochs = 4, bytes?: number) {
  const callbacks: Recorder = { ...recorder(), now: () => clock }
  const spec = parseSpec({
    model: { depth: 2, width: 8 },
    sparsity: { density: 0.5 },
    training: { epochs, batchSize: 20, learningRate: 0.05, evaluations: 1 },
  })
  const chosen: { name: string; choice: string | null }[] = []
  await trainRun({
    spec,
    backend: referenceBackend,
    trainer: { backends, rates, memory: bytes },
    onTrainer: ({ name }, choice) => chosen.push({ name, choice }),
    dataset: madeDataset(),
    callbacks,
    resumeFrom: null,
  })
  return { ...chosen[0], callbacks }
}

describe('a run with several backends', () => {
  it.each([
    [4, true],
    [40, false],
  ])('whose steps take %d ms keeps its examples on the device: %s', async (stepMs, kept) => {
    const rates = memory()
    for (const name of ['sparse', 'tensorflow']) rates.record(name, { stepMs, modelMs: 1, kind: 'dense' })
    const given: unknown[] = []
    const backend = fake('tensorflow', stepMs, {
      compile: (program, options) => {
        given.push(options?.examples)
        return referenceBackend.compile(program, options)
      },
    })
    await train([backend], rates)
    expect(given).toHaveLength(1)
    expect(given[0] !== undefined).toBe(kept)
  })

  it('measures them on a long run, trains on the fastest, and tells it', async () => {
    const slow = fake('sparse', 9)
    const quick = fake('tensorflow', 4)
    const rates = memory()
    const { name, choice, callbacks } = await train([slow, quick], rates, LONG)
    expect(name).toBe('tensorflow')
    expect(choice).toMatch(/^Backend chosen: tensorflow, 4\.0 ms a step \(measured .*sparse’s 9\.0 ms \(meas/)
    expect(callbacks.messages).toContain(choice)
    expect(rates.kept.get('sparse')?.stepMs).toBe(9)
  })

  it('leaves out one that the machine has no memory for, and says so', async () => {
    const quick = fake('tensorflow', 4)
    // TensorFlow alone takes half a gigabyte; `sparse` has room.
    const { name, choice } = await train([quick, fake('sparse', 9)], memory(), LONG, 400 * 2 ** 20)
    expect(name).toBe('sparse')
    expect(choice).toMatch(/tensorflow cannot run this: needs about .*, and this machine has 419 MB/)
    expect(quick.compiled).toBe(0)
  })

  it('measures a language model on tokens', async () => {
    const seen: number[] = []
    const backend = fake('sparse', 9, {
      compile: async (...given) => {
        const executable = await referenceBackend.compile(...given)
        const run = executable.run.bind(executable)
        executable.run = (name, feeds) => {
          if (name === 'train') seen.push(...feeds['x'])
          return run(name, feeds)
        }
        return executable
      },
    })
    const rates = memory()
    const spec = parseSpec({
      model: { name: 'gpt', depth: 1, width: 2, heads: 1 },
      data: { name: 'text', context: 3, unit: 'bytes' },
      training: { epochs: LONG, batchSize: 4, evaluations: 1 },
    })
    const dataset = new TextDataset(spec.data, new TextEncoder().encode('abcabcab'.repeat(5)), 'hash', 'text')
    await trainRun({
      spec,
      backend: referenceBackend,
      trainer: { backends: [backend, fake('tensorflow', 4)], rates },
      onTrainer: () => undefined,
      dataset,
      callbacks: { ...recorder(), now: () => clock },
      resumeFrom: null,
    })
    expect(rates.kept.has('sparse')).toBe(true)
    expect(seen.length).toBeGreaterThan(0)
    expect(seen.every((token) => Number.isInteger(token) && token >= 0 && token < 256)).toBe(true)
  })

  it('measures nothing on a short run, but keeps what its own steps took', async () => {
    const rates = memory()
    const backends = [fake('sparse', 9), fake('tensorflow', 4)]
    const { name } = await train(backends, rates)
    expect(backends.map(({ compiled }) => compiled).toSorted()).toEqual([0, 1])
    expect([...rates.kept.keys()]).toEqual([name])
    expect(rates.kept.get(name)?.stepMs).toBe(name === 'sparse' ? 9 : 4)
  })

  it('takes measured rates as they are, and compiles the other one not at all', async () => {
    const rates = memory()
    rates.record('sparse', { stepMs: 9, modelMs: 1, kind: 'dense' })
    rates.record('tensorflow', { stepMs: 4, modelMs: 1, kind: 'dense' })
    const slow = fake('sparse', 9)
    expect((await train([slow, fake('tensorflow', 4)], rates)).name).toBe('tensorflow')
    expect(slow.compiled).toBe(0)
  })

  it('trains the same after measuring as without', async () => {
    const curve = async (backends: readonly Backend[]) => {
      const { callbacks } = await train(backends, memory(), LONG)
      return callbacks.points
        .filter(({ phase, step }) => phase === 'train' && step < 100)
        .map(({ name, value }) => [name, value])
    }
    const alone = await curve([fake('tensorflow', 4)])
    expect(await curve([fake('sparse', 9), fake('tensorflow', 4)])).toEqual(alone)
  })

  it('passes over a backend that refuses, with its reasons', async () => {
    const refusing = fake('sparse', 1, { refuses: () => ['it has no such kernel'] })
    const { name, choice } = await train([refusing, fake('tensorflow', 4)], memory())
    expect(name).toBe('tensorflow')
    expect(choice).toContain('sparse cannot run this: it has no such kernel.')
  })

  it('passes over a backend that does not start, with a warning', async () => {
    const broken = fake('sparse', 1, {
      compile: () => Promise.reject(new BenchError('unavailable', 'a library is missing', 'sparse')),
    })
    const { name, callbacks } = await train([broken, fake('tensorflow', 4)], memory())
    expect(name).toBe('tensorflow')
    expect(callbacks.messages.join()).toContain('The sparse backend is passed over: a library is missing')
    const large = fake('sparse', 1, {
      compile: () => Promise.reject(new RangeError('could not allocate memory')),
    })
    expect((await train([large, fake('tensorflow', 4)], memory())).name).toBe('tensorflow')
    await expect(train([large], memory())).rejects.toThrow('could not allocate memory')
  })

  it('passes over a backend that has no room for the first values', async () => {
    const plain = fake('sparse', 1)
    let disposed = 0
    const full = {
      ...plain,
      compile: async (...given: Parameters<Backend['compile']>) => {
        const executable = await plain.compile(...given)
        const writeAll = (): never => {
          throw new RangeError('the weights do not fit')
        }
        return { ...executable, writeAll, writeState: writeAll, dispose: () => void disposed++ }
      },
    }
    const { name, callbacks } = await train([full, fake('tensorflow', 4)], memory())
    expect(name).toBe('tensorflow')
    expect(callbacks.messages.join()).toContain('The sparse backend is passed over: the weights do not fit')
    expect(disposed).toBeGreaterThan(0)
  })

  it.each([
    ['train', 4],
    ['train', LONG],
    ['evaluate', 4],
  ])('passes over a backend that has no room for its first %s (%d epochs)', async (failing, epochs) => {
    const plain = fake('sparse', 1)
    const full = {
      ...plain,
      compile: async (...given: Parameters<Backend['compile']>) => {
        const executable = await plain.compile(...given)
        const run = executable.run.bind(executable)
        executable.run = (...call) => {
          if (call[0] === failing) throw new RangeError('Array buffer allocation failed')
          return run(...call)
        }
        return executable
      },
    }
    const rates = memory()
    const { callbacks } = await train([full, fake('tensorflow', 4)], rates, epochs)
    const alone = await train([fake('tensorflow', 4)], memory(), epochs)
    const text = 'The sparse backend is passed over: Array buffer allocation failed'
    if (epochs < LONG) expect(callbacks.messages.filter((message) => message === text)).toHaveLength(1)
    expect(callbacks.points.map(({ step, name, value }) => [step, name, value])).toEqual(
      alone.callbacks.points.map(({ step, name, value }) => [step, name, value]),
    )
    await expect(train([full], memory(), epochs)).rejects.toThrow('Array buffer allocation failed')
  })

  it('does not begin again with another backend once a step was done', async () => {
    const late = fake('sparse', 1, {
      compile: async (...given) => {
        const executable = await referenceBackend.compile(...given)
        const run = executable.run.bind(executable)
        let steps = 0
        executable.run = (...call) => {
          if (call[0] === 'train' && steps++ > 3) throw new RangeError('Array buffer allocation failed')
          return run(...call)
        }
        return executable
      },
    })
    await expect(train([late, fake('tensorflow', 4)], memory())).rejects.toThrow('allocation failed')
  })

  it('takes the reference only where no other can', async () => {
    expect((await train([referenceBackend, fake('sparse', 1e6)], memory())).name).toBe('sparse')
    const refusing = fake('sparse', 1, { refuses: () => ['no'] })
    expect((await train([referenceBackend, refusing], memory())).name).toBe('reference')
  })

  it('fails before the first step with the reasons of all where none can', async () => {
    const refusing = (name: string): Backend => fake(name, 1, { refuses: () => [`${name} is tired`] })
    await expect(train([refusing('sparse'), refusing('tensorflow')])).rejects.toMatchObject({
      code: 'impossible',
      message: expect.stringMatching(/sparse is tired.*tensorflow is tired/),
    })
  })
})
