/**
 * The sparse backend against the reference, on random layer graphs; and what it promises beside the
 * numbers.
 */
import { describe, expect, it, vi } from 'vitest'
import { referenceBackend } from '../../../../src/engine/backend/reference/index.ts'
import { sparseBackend } from '../../../../src/engine/backend/sparse/index.ts'
import { MaskRoom } from '../../../../src/engine/backend/sparse/run/mask-room.ts'
import { applyUpdate } from '../../../../src/engine/dynamic/index.ts'
import type { Executable } from '../../../../src/engine/program/backend.ts'
import type { TrainingOptions } from '../../../../src/engine/program/types.ts'
import { unpackState } from '../../../../src/engine/program/layout.ts'
import { Stream } from '../../../../src/engine/rng.ts'
import { sizeOf } from '../../../../src/shared/graph/shapes.ts'
import { WEIGHT_DECAY_ON } from '../../../../src/shared/methods/optimizers/decay.ts'
import { LAYER_ACTIVATIONS, type LayerGraph } from '../../../../src/shared/graph/types.ts'
import {
  Chain,
  pick,
  randomConvolutional,
  randomFeeds,
  randomLanguageModel,
  randomMlp,
  wideMlp,
  randomOptions,
  randomSequence,
  randomState,
  relativeError,
  trainingOf,
  variablesOf,
} from './graphs.ts'
import './checked.ts'

function largestOf(arrays: readonly ArrayLike<number>[]): number {
  return Math.max(
    1e-6,
    ...arrays.map((values) => Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0)),
  )
}

async function compareSteps(
  graph: LayerGraph,
  stream: Stream,
  steps: number,
  options: Partial<TrainingOptions> = {},
): Promise<void> {
  const training = trainingOf(graph, { ...randomOptions(stream), ...options })
  const { program } = training
  const exact = await referenceBackend.compile(program, { precision: 'float64' })
  const sparse = await sparseBackend.compile(program)
  const text = JSON.stringify({ nodes: graph.nodes, options: program.training?.options })
  try {
    const state = randomState(program, stream, pick(stream, [0.05, 0.2, 0.6, 1]))
    for (const executable of [exact, sparse]) executable.writeAll(state)
    for (let step = 1; step <= steps; step++) {
      const feeds = randomFeeds(training, stream, step)
      for (const name of ['logits', 'evaluate', 'denseGradients', 'train'] as const) {
        const given = name === 'denseGradients' ? feeds.data : feeds[name]
        const expected = exact.run(name, given)
        const got = sparse.run(name, given)
        expect(Object.keys(got).toSorted()).toEqual(Object.keys(expected).toSorted())
        const bound = name === 'denseGradients' ? 2e-4 : 3e-5
        // A kernel before batch norm may have a gradient of rounding alone: the gradient is measured as a
        // whole.
        const floor = name === 'denseGradients' ? largestOf(Object.values(expected)) : undefined
        for (const key of Object.keys(expected)) {
          const error = key === 'correct' ? 0 : relativeError(expected[key], got[key], floor)
          expect(error, `${name} ${key} at step ${step} of ${text}`).toBeLessThan(bound * step)
        }
      }
    }
    const after = sparse.readAll()
    for (const [name, values] of variablesOf(exact)) {
      const got = after.get(name) ?? []
      expect(relativeError(values, got), `${name} of ${text}`).toBeLessThan(5e-3)
      const mask = after.get(`mask:${name}`)
      if (mask)
        values.forEach((_, i) => {
          if (mask[i] === 0) expect(got[i]).toBe(0)
        })
    }
  } finally {
    sparse.dispose()
    exact.dispose()
  }
}

describe('sparse', () => {
  it.for(Array.from({ length: 8 }, (_, i) => i))(
    'trains random multilayer perceptrons as the reference does, %i',
    async (seed) => {
      const stream = Stream.root(100 + seed)
      await compareSteps(randomMlp(stream), stream, 3)
    },
  )

  it.for(Array.from({ length: 14 }, (_, i) => i))(
    'trains random convolutional networks as the reference does, %i',
    async (seed) => {
      const stream = Stream.root(200 + seed)
      const graph = randomConvolutional(stream)
      // A row of one nonzero before batch norm has a gradient of 0 but for rounding: see below.
      const normed = graph.nodes.some(({ kind }) => kind === 'batch-norm')
      await compareSteps(graph, stream, 2, normed ? { optimizer: 'sgd' } : {})
    },
  )

  it.for(LAYER_ACTIVATIONS)('applies %s as the reference does', async (activation) => {
    const stream = Stream.root(33)
    const chain = new Chain([5, 4, 2])
    const convolution = { filters: 6, kernel: [1, 1], stride: 1, padding: 0, groups: 1 } as const
    chain.add({ kind: 'conv', ...convolution, bias: true, maskable: true })
    chain.add({ kind: 'activation', activation })
    chain.add({ kind: 'activation', activation })
    chain.add({ kind: 'flatten' })
    chain.add({ kind: 'dense', units: 9, bias: true, maskable: true })
    chain.add({ kind: 'activation', activation })
    await compareSteps(chain.build(3), stream, 2)
  })

  it.for(Array.from({ length: 8 }, (_, i) => i))(
    'trains random transformers as the reference does, %i',
    async (seed) => {
      const stream = Stream.root(700 + seed)
      // A bias of the keys has a gradient of 0 but for rounding, of which AdamW would make full steps.
      await compareSteps(randomSequence(stream), stream, 2, { optimizer: 'sgd' })
    },
  )

  it.for(Array.from({ length: 10 }, (_, seed) => seed))(
    'trains language models as the reference does, %i',
    async (seed) => {
      const stream = Stream.root(900 + seed)
      const loss = pick(stream, ['cross-entropy', 'cross-entropy', 'binary-cross-entropy'] as const)
      await compareSteps(randomLanguageModel(stream), stream, 2, { optimizer: 'sgd', loss })
    },
  )

  it.for(WEIGHT_DECAY_ON)(
    'steps by LAMB as the reference does, weight decay on %s',
    async (weightDecayOn) => {
      const options = { optimizer: 'lamb', weightDecay: 0.02, weightDecayOn } as const
      for (const make of [randomMlp, randomConvolutional]) {
        const stream = Stream.root(31).split('lamb')
        await compareSteps(make(stream), stream, 3, options)
      }
    },
  )

  // Up to four threads have 64 lanes and more each here, so that every width of the products has its turn.
  it.for([257, 300, 460])('takes wide batches as the reference does, %i', async (batchSize) => {
    const options = { batchSize, evaluationBatchSize: batchSize - 30, optimizer: 'sgd' } as const
    for (const make of [randomMlp, randomConvolutional, randomSequence, randomLanguageModel]) {
      const stream = Stream.root(204)
      await compareSteps(make(stream), stream, 1, options)
    }
  })

  it.for([
    { loss: 'binary-cross-entropy', mixed: false, labelSmoothing: 0 },
    { loss: 'binary-cross-entropy', mixed: true, labelSmoothing: 0.1 },
    { loss: 'cross-entropy', mixed: true, labelSmoothing: 0 },
    { loss: 'cross-entropy', mixed: true, labelSmoothing: 0.1 },
  ] as const)(
    'takes $loss, mixed $mixed, smoothed by $labelSmoothing, as the reference does',
    async (options) => {
      const stream = Stream.root(21).split('losses')
      await compareSteps(randomMlp(stream), stream, 3, options)
    },
  )

  it.for(['adamw', 'lamb'] as const)('takes the program’s own constants of %s', async (optimizer) => {
    const stream = Stream.root(20).split('constants')
    const constants = { beta1: 0.5, beta2: 0.9, epsilon: 0.01 }
    await compareSteps(randomMlp(stream), stream, 4, { optimizer, constants, weightDecay: 0.05 })
  })

  it('goes on bit for bit from what it read, with other masks too', async () => {
    const stream = Stream.root(7)
    const training = trainingOf(randomMlp(stream), { batchSize: 37 })
    const first = await sparseBackend.compile(training.program)
    const second = await sparseBackend.compile(training.program)
    const state = randomState(training.program, stream, 0.3)
    first.writeAll(state)
    const steps = Array.from({ length: 6 }, (_, step) => randomFeeds(training, stream, step + 1).train)
    const run = (executable: Executable, from: number, to: number): void =>
      steps.slice(from, to).forEach((feeds) => {
        executable.run('train', feeds)
      })
    run(first, 0, 3)
    second.writeAll(first.readAll())
    run(first, 3, 6)
    run(second, 3, 6)
    expect(variablesOf(second)).toEqual(variablesOf(first))
    first.dispose()
    second.dispose()
  })

  it('takes a state parameter by parameter as it takes it packed', async () => {
    for (const make of [randomMlp, randomConvolutional]) {
      const stream = Stream.root(203)
      const training = trainingOf(make(stream), { batchSize: 21 })
      const packed = await sparseBackend.compile(training.program)
      const apart = await sparseBackend.compile(training.program)
      for (const density of [0.3, 0.3, 0.7]) {
        const state = randomState(training.program, stream, density)
        packed.writeAll(state)
        apart.writeState?.(unpackState(training.layout, state))
        for (let step = 1; step <= 2; step++) {
          const { train } = randomFeeds(training, stream, step)
          expect(apart.run('train', train)).toEqual(packed.run('train', train))
        }
        expect(variablesOf(apart)).toEqual(variablesOf(packed))
      }
      const { parameters } = unpackState(training.layout, apart.readAll())
      const [first] = parameters.keys()
      parameters.delete(first)
      expect(() => apart.writeState?.({ parameters, masks: new Map() })).toThrow(first)
      packed.dispose()
      apart.dispose()
    }
  })

  it('keeps what a new mask keeps, and starts what it adds at 0', async () => {
    const stream = Stream.root(8)
    const chain = new Chain([6])
    chain.add({ kind: 'dense', units: 7, bias: true, maskable: true })
    const training = trainingOf(chain.build(3))
    const sparse = await sparseBackend.compile(training.program)
    sparse.writeAll(randomState(training.program, stream, 0.5))
    sparse.run('train', randomFeeds(training, stream, 1).train)
    const kernel =
      training.layout.locations.find(({ parameter }) => parameter.role === 'kernel')?.variable ?? ''
    for (const length of [0, 3]) {
      const [mask, weights, velocity] = [`mask:${kernel}`, kernel, `velocity:${kernel}`].map((name) =>
        sparse.read(name),
      )
      // First as many nonzeros as before, elsewhere; then more.
      const moved =
        length === 0
          ? Float32Array.from(mask, (_, i) => mask[(i + 1) % mask.length])
          : mask.map((on, i) => (i < 9 ? 1 : on))
      sparse.write(`mask:${kernel}`, moved)
      const kept = (values: ArrayLike<number>): number[] =>
        Array.from(values, (value, i) => (moved[i] ? value : 0))
      expect([...sparse.read(kernel)]).toEqual(kept(weights))
      expect([...sparse.read(`velocity:${kernel}`)]).toEqual(kept(velocity))
      expect([...sparse.read(`mask:${kernel}`)]).toEqual([...moved])
    }
    sparse.dispose()
  })

  it.each([true, false])('changes masks as reads and writes do, bit for bit; room: %s', async (room) => {
    // Of a network that leaves none of WebAssembly's memory.
    const none = vi.spyOn(MaskRoom.prototype, 'workMemory')
    if (!room) none.mockReturnValue(null)
    const stream = Stream.root(18)
    // What is wide is shared by two threads.
    for (const graph of [randomMlp(stream), randomConvolutional(stream), wideMlp()]) {
      vi.stubEnv('GIVENS_THREADS', '2')
      const training = trainingOf(graph, { optimizer: 'adamw' })
      const { layout, program } = training
      const [changed, written] = await Promise.all([0, 1].map(() => sparseBackend.compile(program)))
      const state = randomState(program, stream, 0.4)
      for (const executable of [changed, written]) executable.writeAll(state)
      // Some more and fewer, which the layout may hold, beside many, which it does not.
      for (const draw of [
        (on: number, k: number) => (k % 3 === 0 ? 1 - on : on),
        (on: number) => on,
        (on: number, k: number) => (k % 17 === 0 ? 1 : on),
        (on: number, k: number) => (k % 13 === 0 ? 0 : on),
        (on: number, k: number) => (k % 29 === 0 ? 1 : on),
        (on: number, k: number) => (k % 2 === 0 ? 0 : on),
      ]) {
        const changes = new Map<string, { mask: Uint8Array; activated: Int32Array }>()
        const values = written.readAll()
        for (const { parameter, variable, index } of layout.locations) {
          if (!parameter.maskable) continue
          const size = sizeOf(parameter.shape)
          const part = (name: string) =>
            (values.get(name) ?? new Float32Array()).subarray((index ?? 0) * size, ((index ?? 0) + 1) * size)
          const mask = Uint8Array.from(part(layout.maskOf.get(variable) ?? ''), draw)
          const on = [...mask.keys()].filter((k) => mask[k] === 1)
          const activated = Int32Array.from(on.filter((k, i) => i % 4 === 0 || part(variable)[k] === 0))
          // With the list of the mask's ones, or without.
          const list = changes.size % 2 === 0 ? { on: Int32Array.from(on) } : {}
          changes.set(parameter.name, { mask, activated, ...list })
          part(layout.maskOf.get(variable) ?? '').set(mask)
          const slots = program.variables.filter(({ role, of }) => role === 'slot' && of === variable)
          for (const name of [variable, ...slots.map((slot) => slot.name)])
            applyUpdate({ mask, activated, dropped: activated, grown: activated }, part(name) as Float32Array)
        }
        changed.changeMasks?.(changes)
        written.writeAll(values)
        expect(changed.readAll()).toEqual(written.readAll())
        for (const { parameter, variable, index } of layout.locations) {
          const change = changes.get(parameter.name)
          if (!change) continue
          const size = sizeOf(parameter.shape)
          const weights = changed.read(variable).subarray((index ?? 0) * size, ((index ?? 0) + 1) * size)
          const on = [...change.mask.keys()].filter((k) => change.mask[k] === 1)
          const found = changed.nonzeros?.(parameter.name)
          expect([...(found?.on ?? [])]).toEqual(on)
          expect([...(found?.values ?? [])]).toEqual(on.map((k) => weights[k]))
        }
        const { train } = randomFeeds(training, stream, 1)
        for (const executable of [changed, written]) executable.run('train', train)
        expect(changed.readAll()).toEqual(written.readAll())
      }
      for (const executable of [changed, written]) executable.dispose()
    }
    none.mockRestore()
    vi.unstubAllEnvs()
  })

  // Denormal numbers take a processor many times as long: signals that die become 0 before they are such.
  // A gradient falls as gain^60, so that steps of 1.2 between gains pass through the denormal numbers.
  it('keeps no denormal number where signals die', async () => {
    const chain = new Chain([32])
    for (let i = 0; i < 60; i++) {
      chain.add({ kind: 'dense', units: 64, bias: false, maskable: true })
      chain.add({ kind: 'activation', activation: 'tanh' })
    }
    const training = trainingOf(chain.build(4), {
      batchSize: 64,
      weightDecay: 0,
      denseGradients: true,
    })
    const stream = Stream.root(9)
    const sparse = await sparseBackend.compile(training.program)
    const first = randomState(training.program, stream, 0.2)
    const feeds = randomFeeds(training, stream, 1)
    const alive = new Set<boolean>()
    for (let gain = 8; gain > 0.1; gain /= 1.2) {
      const state = new Map(first)
      for (const { name, role, type } of training.program.variables) {
        const values = first.get(name)
        if (role === 'slot') state.set(name, new Float32Array(sizeOf(type.shape)))
        if (role === 'parameter' && values)
          state.set(
            name,
            Float32Array.from(values, (value) => value * gain),
          )
      }
      sparse.writeAll(state)
      sparse.run('train', { ...feeds.train, rate: Float32Array.of(0) })
      const gradients = Object.values(sparse.run('denseGradients', feeds.data))
      alive.add(gradients[0].some((value) => value !== 0))
      for (const [name, values] of sparse.readAll()) {
        const denormal = values.some((value) => value !== 0 && Math.abs(value) < 2 ** -126)
        expect(denormal, `${name} at gain ${gain}`).toBe(false)
      }
    }
    sparse.dispose()
    expect([...alive]).toEqual([true, false])
  })

  it('says what it cannot run', () => {
    const chain = new Chain([4, 6, 2])
    const convolution = { filters: 3, kernel: [3, 3], stride: 1, padding: 2, groups: 1 } as const
    chain.add({ kind: 'conv', ...convolution, dilation: 2, bias: true, maskable: true })
    chain.add({ kind: 'flatten' })
    const { program } = trainingOf(chain.build(3))
    expect(sparseBackend.refuses(program)).toEqual(['conv1 is a dilated convolution'])
    expect(sparseBackend.refuses({ ...program, training: undefined })).toHaveLength(1)
  })

  it('says which batch would fit into its memory', async () => {
    const chain = new Chain([64, 64, 3])
    const convolution = { filters: 256, kernel: [1, 1], stride: 1, padding: 0, groups: 1 } as const
    chain.add({ kind: 'conv', ...convolution, bias: true, maskable: true })
    chain.add({ kind: 'global-average-pool' })
    const graph = chain.build(3)
    const refused = async (batchSize: number): Promise<string> =>
      await sparseBackend.compile(trainingOf(graph, { batchSize, denseGradients: false }).program).then(
        (executable) => {
          executable.dispose()
          return 'nothing'
        },
        (error: unknown) => String(error),
      )
    const message = await refused(2048)
    expect(message).toMatch(/needs [\d.]+ GiB for a batch of 2048.*a batch of \d+ would fit/)
    const fitting = Number(/batch of (\d+) would/.exec(message)?.[1])
    expect(fitting).toBeGreaterThan(200)
    expect(fitting).toBeLessThan(512)
  })

  it('shows divergence, and refuses labels that are no class', async () => {
    const stream = Stream.root(10)
    const training = trainingOf(new Chain([5]).build(3), { denseGradients: false })
    const sparse = await sparseBackend.compile(training.program)
    sparse.writeAll(randomState(training.program, stream, 1))
    const { train } = randomFeeds(training, stream, 1)
    const y = Int32Array.from(train['y'])
    expect(() => sparse.run('train', { ...train, y: y.fill(3) })).toThrow('label 3')
    const x = Float32Array.from(train['x']).fill(NaN, 0, 1)
    expect(sparse.run('train', { ...train, x })['loss'][0]).toBeNaN()
    sparse.dispose()
  })
})
