import { describe, expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import type { Executable, Feeds } from '../../../src/engine/program/backend.ts'
import { packState, unpackState } from '../../../src/engine/program/layout.ts'
import { compileTraining } from '../../../src/engine/compiler/training.ts'
import type { ModelState, TrainingOptions, TrainingProgram } from '../../../src/engine/program/types.ts'
import type { LayerGraph } from '../../../src/shared/graph/types.ts'
import { optimizerOf } from '../../../src/shared/methods/optimizers/index.ts'
import { weightDecayOf } from '../../../src/shared/methods/optimizers/decay.ts'
import type { WeightDecayOn } from '../../../src/shared/methods/optimizers/decay.ts'
import { parametersOf } from '../../../src/shared/graph/parameters.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import { expectClose } from '../ops/oracle-harness.ts'
import { perceptron, randomBatch, randomState } from './models.ts'

const SIZES = [12, 9, 9, 9, 5]
const BATCH = 8
const OPTIONS: TrainingOptions = {
  optimizer: 'sgd',
  momentum: 0.9,
  nesterov: true,
  weightDecay: 1e-2,
  batchSize: BATCH,
  labelSmoothing: 0,
  denseGradients: true,
}

async function started(
  graph: LayerGraph,
  state: ModelState,
  options: TrainingOptions,
  precision: 'float32' | 'float64' = 'float64',
): Promise<{ training: TrainingProgram; executable: Executable }> {
  const training = compileTraining(graph, options)
  const executable = await referenceBackend.compile(training.program, { precision })
  executable.writeAll(packState(training.layout, state))
  return { training, executable }
}

/** The same network and optimizer written out by hand: tanh layers, softmax, one example after the other. */
class HandWritten {
  readonly kernels: Float64Array[]
  readonly biases: Float64Array[]
  readonly velocities: Float64Array[]
  readonly masks: Uint8Array[]

  constructor(state: ModelState) {
    const names = SIZES.slice(1).map((_, i) => `w${i + 1}`)
    this.kernels = names.map((name) => Float64Array.from(state.parameters.get(`${name}.kernel`) ?? []))
    this.biases = names.map((name) => Float64Array.from(state.parameters.get(`${name}.bias`) ?? []))
    this.masks = names.map((name) => state.masks.get(`${name}.kernel`) ?? new Uint8Array())
    this.velocities = [...this.kernels, ...this.biases].map(({ length }) => new Float64Array(length))
  }

  step(
    x: Float64Array,
    y: Int32Array,
    rate: number,
    { momentum, nesterov, weightDecay }: TrainingOptions,
  ): number {
    const last = SIZES.length - 2
    const toKernels = this.kernels.map(({ length }) => new Float64Array(length))
    const toBiases = this.biases.map(({ length }) => new Float64Array(length))
    let loss = 0
    for (let example = 0; example < BATCH; example++) {
      const activations = [Array.from(x.subarray(example * SIZES[0], (example + 1) * SIZES[0]))]
      this.kernels.forEach((kernel, l) => {
        const out = Array.from(this.biases[l], (bias, j) =>
          activations[l].reduce((sum, a, i) => sum + a * kernel[i * SIZES[l + 1] + j], bias),
        )
        activations.push(l === last ? out : out.map(Math.tanh))
      })
      const exponentials = activations[last + 1].map(Math.exp)
      const total = exponentials.reduce((a, b) => a + b)
      loss -= Math.log(exponentials[y[example]] / total) / BATCH
      let delta = exponentials.map((e, c) => (e / total - (c === y[example] ? 1 : 0)) / BATCH)
      for (let l = last; l >= 0; l--) {
        const width = SIZES[l + 1]
        const below = activations[l]
        delta.forEach((d, j) => {
          toBiases[l][j] += d
        })
        below.forEach((a, i) => {
          delta.forEach((d, j) => {
            toKernels[l][i * width + j] += a * d
          })
        })
        delta = below.map(
          (a, i) => (1 - a * a) * delta.reduce((sum, d, j) => sum + d * this.kernels[l][i * width + j], 0),
        )
      }
    }
    toKernels.forEach((gradient, l) => {
      this.masks[l].forEach((kept, i) => {
        gradient[i] *= kept
      })
    })
    ;[...this.kernels, ...this.biases].forEach((weights, k) => {
      const gradient = [...toKernels, ...toBiases][k]
      for (let i = 0; i < weights.length; i++) {
        const g = gradient[i] + weightDecay * weights[i]
        const v = momentum * this.velocities[k][i] + g
        this.velocities[k][i] = v
        weights[i] -= rate * (nesterov ? g + momentum * v : v)
      }
    })
    return loss
  }
}

describe('compiled training of a masked perceptron', () => {
  const graph = perceptron(SIZES, 'tanh')

  test.each([true, false])('equals the same training written by hand (nesterov %s)', async (nesterov) => {
    const options = { ...OPTIONS, nesterov }
    const state = randomState(graph, 0.4, 3)
    const { training, executable } = await started(graph, state, options)
    const byHand = new HandWritten(state)
    for (let step = 0; step < 20; step++) {
      const { x, y } = randomBatch(BATCH, SIZES[0], 5, step)
      const rate = step < 10 ? 0.1 : 0.01
      const { loss } = executable.run('train', { x, y, rate: Float64Array.of(rate) })
      expect(loss[0]).toBeCloseTo(byHand.step(x, y, rate, options), 11)
    }
    const { parameters } = unpackState(training.layout, executable.readAll())
    SIZES.slice(1).forEach((_, l) => {
      const expected = { shape: [], data: [...byHand.kernels[l]] }
      expectClose(`kernel ${l + 1}`, parameters.get(`w${l + 1}.kernel`), expected, 1e-11)
      expectClose(
        `bias ${l + 1}`,
        parameters.get(`w${l + 1}.bias`),
        { shape: [], data: [...byHand.biases[l]] },
        1e-11,
      )
    })
  })

  test.each([
    ['sgd', 'float32'],
    ['sgd', 'float64'],
    ['adamw', 'float32'],
    ['adamw', 'float64'],
    ['lamb', 'float32'],
    ['lamb', 'float64'],
  ] as const)('masked weights stay exactly 0 through 100 steps: %s, %s', async (optimizer, precision) => {
    const state = randomState(graph, 0.3, 5)
    const options = { ...OPTIONS, optimizer, weightDecay: 0.1 }
    const { training, executable } = await started(graph, state, options, precision)
    for (let step = 1; step <= 100; step++) {
      const { x, y } = randomBatch(BATCH, SIZES[0], 5, step)
      const { constants, scalars } = optimizerOf(optimizer)
      const corrections: Feeds = Object.fromEntries(
        Object.entries(scalars(constants, step - 1)).map(([name, value]) => [name, Float64Array.of(value)]),
      )
      executable.run('train', { x, y, rate: Float64Array.of(0.05), ...corrections })
    }
    const variables = executable.readAll()
    const after = unpackState(training.layout, variables)
    let masked = 0
    for (const [name, mask] of state.masks) {
      const values = after.parameters.get(name) ?? new Float64Array()
      expect(after.masks.get(name)).toEqual(mask)
      mask.forEach((kept, i) => {
        if (kept) expect(values[i]).not.toBe(state.parameters.get(name)?.[i])
        else expect(values[i] === 0).toBe(true)
        masked += 1 - kept
      })
    }
    expect(masked).toBeGreaterThan(100)
  })

  test('weight decay holds for all parameters, or for kernels alone', () => {
    const model = buildModel(parseSpec({ model: { name: 'deit-tiny' } }).model, [16, 16, 3], 5)
    const decays = (on: WeightDecayOn | undefined): Record<string, number> =>
      Object.fromEntries(parametersOf(model).map(({ role }) => [role, weightDecayOf(role, 0.1, on)]))
    const roles = Object.keys(decays('all'))
    expect(roles).toEqual(expect.arrayContaining(['kernel', 'bias', 'scale', 'shift', 'token', 'position']))
    expect(decays(undefined)).toEqual(decays('all'))
    expect(new Set(Object.values(decays('all')))).toEqual(new Set([0.1]))
    const decayed = Object.entries(decays('kernels')).filter(([, value]) => value > 0)
    expect(decayed).toEqual([['kernel', 0.1]])
    const { program } = compileTraining(graph, { ...OPTIONS, weightDecayOn: 'kernels' })
    const { updates } = program.functions[0]
    const given = updates.flatMap((update) =>
      update.kind === 'optimizer' ? [[update.variable, update.settings.weightDecay]] : [],
    )
    expect(given.map(([, value]) => value)).toEqual(
      given.map(([name]) => (String(name).includes('kernel') ? 0.01 : 0)),
    )
  })

  test('weights that are not 0 under the mask are written as 0', () => {
    const state = randomState(graph, 0.4, 1)
    const mask = state.masks.get('w2.kernel') ?? new Uint8Array()
    const off = mask.indexOf(0)
    state.parameters.get('w2.kernel')?.fill(7)
    const { layout } = compileTraining(graph, OPTIONS)
    const back = unpackState(layout, packState(layout, state)).parameters.get('w2.kernel')
    expect(back?.[off]).toBe(0)
    expect(back?.[mask.indexOf(1)]).toBe(7)
  })

  test('dense gradients are the derivative of the loss, masked entries included', async () => {
    const state = randomState(graph, 0.4, 7)
    const { x, y } = randomBatch(BATCH, SIZES[0], 5, 11)
    const { executable } = await started(graph, state, OPTIONS)
    const gradient = executable.run('denseGradients', { x, y })
    expect(Object.keys(gradient)).toEqual(['w1.kernel', 'w2.kernel', 'w3.kernel', 'w4.kernel'])
    const weights = Float64Array.of(...new Array<number>(BATCH).fill(1 / BATCH))
    const lossAt = async (name: string, entry: number, shift: number): Promise<number> => {
      const parameters = new Map([...state.parameters].map(([key, data]) => [key, data.slice()]))
      const values = parameters.get(name)
      if (values) values[entry] += shift
      const open = await started(graph, { parameters, masks: new Map() }, OPTIONS)
      return open.executable.run('evaluate', { x, y, weights }).loss[0]
    }
    for (const name of Object.keys(gradient)) {
      for (const entry of [0, 7, 20, 33]) {
        const slope = ((await lossAt(name, entry, 1e-5)) - (await lossAt(name, entry, -1e-5))) / 2e-5
        expect(gradient[name][entry]).toBeCloseTo(slope, 8)
      }
    }
  })

  test('evaluation weighs rows, counts right answers and agrees with the logits', async () => {
    const state = randomState(graph, 0.4, 7)
    const { x, y } = randomBatch(BATCH, SIZES[0], 5, 12)
    const { executable } = await started(graph, state, OPTIONS)
    const { logits } = executable.run('logits', { x })
    const weights = Float64Array.of(1, 1, 0, 1, 1, 0, 1, 1)
    let loss = 0
    let correct = 0
    for (let row = 0; row < BATCH; row++) {
      const z = [...logits.subarray(row * 5, row * 5 + 5)]
      loss += weights[row] * (Math.log(z.reduce((sum, entry) => sum + Math.exp(entry), 0)) - z[y[row]])
      if (z.indexOf(Math.max(...z)) === y[row]) correct += weights[row]
    }
    const got = executable.run('evaluate', { x, y, weights })
    expect(got.loss[0]).toBeCloseTo(loss, 11)
    expect(got.correct[0]).toBe(correct)
  })

  test('equal layers share one variable, and a state survives packing', () => {
    const { layout, program } = compileTraining(graph, OPTIONS)
    const state = randomState(graph, 0.4, 9)
    expect(unpackState(layout, packState(layout, state))).toEqual(state)
    expect(
      program.variables
        .filter(({ role }) => role === 'parameter')
        .map(({ name, type }) => [name, type.shape]),
    ).toEqual([
      ['w1.kernel', [12, 9]],
      ['stack:bias:9', [3, 9]],
      ['stack:kernel:9x9:maskable', [2, 9, 9]],
      ['w4.kernel', [9, 5]],
      ['w4.bias', [5]],
    ])
  })
})

describe('size of the compiled step', () => {
  test('a 1000-layer network takes at most seven nodes a layer', () => {
    const deep = perceptron([20, ...new Array<number>(1000).fill(8), 5], 'tanh')
    const { program } = compileTraining(deep, { ...OPTIONS, denseGradients: false })
    const train = program.functions.find(({ name }) => name === 'train')
    expect(train?.nodes.length).toBeLessThan(7 * 1001 + 60)
    expect(program.variables.length).toBeLessThan(20)
  })
})

describe('randomness', () => {
  const graph: LayerGraph = {
    name: 'dropping',
    classes: 6,
    output: 'depth',
    nodes: [
      { kind: 'input', shape: [6], name: 'input', inputs: [] },
      { kind: 'dropout', rate: 0.25, name: 'drop', inputs: ['input'] },
      { kind: 'stochastic-depth', rate: 0.5, name: 'depth', inputs: ['drop'] },
    ],
  }

  test('dropout and stochastic depth draw from their feeds in training, and rest in evaluation', async () => {
    const training = compileTraining(graph, { ...OPTIONS, batchSize: 2, denseGradients: false })
    expect(training.randomFeeds).toEqual([
      { name: 'uniform:drop', size: 12 },
      { name: 'uniform:depth', size: 2 },
    ])
    const executable = await referenceBackend.compile(training.program, { precision: 'float64' })
    const x = Float64Array.from({ length: 12 }, (_, i) => i / 3)
    expect([...executable.run('logits', { x }).logits]).toEqual([...x])
    const uniform = Float64Array.from({ length: 12 }, (_, i) => (i % 4) / 4)
    const feeds = {
      x,
      y: Int32Array.of(1, 2),
      rate: Float64Array.of(0),
      'uniform:drop': uniform,
      'uniform:depth': Float64Array.of(0.5, 0.49),
    }
    const kept = Array.from(x, (entry, i) => (i < 6 && i % 4 !== 0 ? (entry / 0.75) * 2 : 0))
    const lossOf = (row: number[], label: number): number =>
      Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0)) - row[label]
    const expected = (lossOf(kept.slice(0, 6), 1) + lossOf(kept.slice(6), 2)) / 2
    expect(executable.run('train', feeds).loss[0]).toBeCloseTo(expected, 12)
  })
})
