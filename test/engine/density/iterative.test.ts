/** Iterative SNIP, FORCE and NTK-SAP against recorded PyTorch rounds (test/oracles/make_axis.py). */
import { expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { densities } from '../../../src/engine/density/index.ts'
import { keepAmong } from '../../../src/engine/density/iterative.ts'
import { ntkScores } from '../../../src/engine/density/ntk-sap.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { runDensities } from '../../../src/engine/train/densities.ts'
import { createScoreEngine } from '../../../src/engine/train/score-engine.ts'
import { parametersOf } from '../../../src/shared/graph/parameters.ts'
import { sizeOf } from '../../../src/shared/graph/shapes.ts'
import type { LayerGraph } from '../../../src/shared/graph/types.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { problems as problemsOf } from '../../../src/shared/spec/problems.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import { oracle } from '../../oracle.ts'
import type { OracleTensor } from '../../oracle.ts'
import { madeDataset } from '../../fakes/made-dataset.ts'
import { perceptron } from '../compiler/models.ts'

type Tensors = Readonly<Record<string, OracleTensor>>

interface RoundCase {
  readonly name: string
  readonly method: string
  readonly network: string
  readonly density: number
  readonly rounds_count: number
  readonly kernels: readonly string[]
  readonly params: Tensors
  readonly x: OracleTensor
  readonly labels: readonly number[]
  readonly rounds: readonly { readonly kept: number; readonly scores: Tensors; readonly masks: Tensors }[]
}

interface NtkCase {
  readonly method: string
  readonly kernels: readonly string[]
  readonly x: OracleTensor
  readonly draws: readonly { readonly theta: Tensors; readonly delta: Tensors }[]
  readonly evaluations: readonly {
    readonly mask_in: Tensors
    readonly objective: number
    readonly scores: Tensors
    readonly kept: number
    readonly mask_out: Tensors
  }[]
}

const { cases } = oracle<{ cases: readonly (RoundCase | NtkCase)[] }>('scores_iterative')
const ofMethod = (...methods: readonly string[]) => cases.filter(({ method }) => methods.includes(method))
const FLOAT64 = { precision: 'float64' } as const

/** Two 3 × 3 convolutions with zeros around, tanh, mean over space, dense. */
function convolutional(k1: OracleTensor, k2: OracleTensor, w3: OracleTensor): LayerGraph {
  const conv = (kernel: OracleTensor) => ({
    kind: 'conv' as const,
    filters: kernel.shape[3],
    kernel: [3, 3] as const,
    stride: 1,
    padding: 1,
    groups: 1,
    bias: true,
    maskable: true,
  })
  const tanh = { kind: 'activation' as const, activation: 'tanh' as const }
  return {
    name: 'conv',
    classes: w3.shape[1],
    output: 'w3',
    nodes: [
      { kind: 'input', shape: [6, 6, k1.shape[2]], name: 'input', inputs: [] },
      { ...conv(k1), name: 'k1', inputs: ['input'] },
      { ...tanh, name: 'tanh1', inputs: ['k1'] },
      { ...conv(k2), name: 'k2', inputs: ['tanh1'] },
      { ...tanh, name: 'tanh2', inputs: ['k2'] },
      { kind: 'global-average-pool', name: 'mean', inputs: ['tanh2'] },
      { kind: 'dense', units: w3.shape[1], bias: true, maskable: true, name: 'w3', inputs: ['mean'] },
    ],
  }
}

/** w1, k1: kernels; b1: the bias of the layer of that number. */
function ourName(name: string, kernels: readonly string[]): string {
  if (!name.startsWith('b')) return `${name}.kernel`
  return `${kernels[Number(name.slice(1)) - 1]}.bias`
}

const arrays = (tensors: Tensors, kernels: readonly string[]) =>
  new Map(
    Object.entries(tensors).map(([name, { data }]) => [ourName(name, kernels), Float64Array.from(data)]),
  )

const flat = (tensors: Tensors, kernels: readonly string[]) => kernels.flatMap((name) => tensors[name].data)

function engineFor(
  graph: LayerGraph,
  parameters: Map<string, Float64Array>,
  x: OracleTensor,
  labels: readonly number[],
) {
  const masks = new Map([...parameters].map(([name, { length }]) => [name, new Uint8Array(length).fill(1)]))
  const batch = { x: Float64Array.from(x.data), y: Int32Array.from(labels) }
  return createScoreEngine(graph, { parameters, masks }, [batch], referenceBackend, FLOAT64)
}

test.each(ofMethod('iterative-snip', 'force') as RoundCase[])(
  '$name: scores of every round and its mask are PyTorch’s',
  async (given) => {
    const { kernels, params } = given
    const graph =
      given.network === 'mlp'
        ? perceptron([params.w1.shape[0], ...kernels.map((name) => params[name].shape[1])], 'tanh')
        : convolutional(params.k1, params.k2, params.w3)
    const engine = engineFor(graph, arrays(params, kernels), given.x, given.labels)
    const rounds: { masks: number[]; scores: number[] }[] = []
    const watched: typeof engine = Object.assign(Object.create(engine) as typeof engine, {
      kernels: engine.kernels,
      values: engine.values,
      gradients: async (...asked: Parameters<typeof engine.gradients>) => {
        const gradients = await engine.gradients(...asked)
        const scores = engine.kernels.flatMap(({ name }) => {
          const values = engine.values.get(name) ?? new Float64Array()
          return [...(gradients.get(name) ?? [])].map((gradient, k) => Math.abs(gradient * values[k]))
        })
        const masks = engine.kernels.flatMap(({ name }) =>
          [...(asked[2]?.get(name) ?? [])].map((value) => +(value !== 0)),
        )
        rounds.push({ masks, scores })
        return gradients
      },
    })
    const answer = await densities(given.method, {
      kernels: engine.kernels,
      density: given.density,
      rounds: given.rounds_count,
      variant: 'literature',
      stream: Stream.root(1),
      scores: watched,
    })
    expect(rounds).toHaveLength(given.rounds_count)
    const values = flat(params, kernels)
    given.rounds.forEach((expected, round) => {
      const scores = flat(expected.scores, kernels)
      const largest = Math.max(...scores)
      const kept = round === 0 ? values.map(() => 1) : flat(given.rounds[round - 1].masks, kernels)
      rounds[round].scores.forEach((score, k) => {
        if (given.method === 'iterative-snip' && kept[k] === 0) return
        expect(Math.abs(score - scores[k])).toBeLessThan(1e-6 * largest)
      })
      const mask =
        rounds[round + 1]?.masks ?? engine.kernels.flatMap(({ name }) => [...(answer.masks?.get(name) ?? [])])
      expect(mask).toEqual(flat(expected.masks, kernels))
      expect(mask.reduce((sum, bit) => sum + bit, 0)).toBe(expected.kept)
    })
  },
)

test.each(ofMethod('ntk-sap') as NtkCase[])('NTK-SAP: scores over given draws, and masks', async (given) => {
  const { kernels, draws } = given
  const { theta } = draws[0]
  const graph = perceptron([theta.w1.shape[0], ...kernels.map((name) => theta[name].shape[1])], 'tanh')
  // Biases of the network that are no zeros: the score takes them as 0.
  const parameters = arrays(theta, kernels)
  for (const { name, role, shape } of parametersOf(graph))
    if (role === 'bias') parameters.set(name, new Float64Array(sizeOf(shape)).fill(0.7))
  const engine = engineFor(graph, parameters, given.x, [0])
  for (const expected of given.evaluations) {
    const mask = Uint8Array.from(flat(expected.mask_in, kernels))
    const networks = draws.map((draw) => ({
      theta: arrays(draw.theta, kernels),
      delta: arrays(draw.delta, kernels),
    }))
    const x = Float64Array.from(given.x.data)
    const scores = await ntkScores(engine, engine.kernels, mask, networks, x)
    const wanted = flat(expected.scores, kernels)
    const largest = Math.max(...wanted)
    wanted.forEach((score, k) => {
      expect(Math.abs(scores[k] - score)).toBeLessThan(1e-6 * largest)
    })
    expect([...keepAmong(scores, mask, expected.kept)]).toEqual(flat(expected.mask_out, kernels))
  }
})

test('one round of iterative SNIP is SNIP, and its weights of earlier rounds never come back', async () => {
  const [given] = ofMethod('iterative-snip') as RoundCase[]
  const { kernels, params } = given
  const graph = perceptron([params.w1.shape[0], ...kernels.map((name) => params[name].shape[1])], 'tanh')
  const engine = engineFor(graph, arrays(params, kernels), given.x, given.labels)
  const ask = (name: string, density: number, inverted = false) =>
    densities(name, {
      kernels: engine.kernels,
      density,
      inverted,
      variant: 'literature',
      stream: Stream.root(1),
      scores: engine,
    })
  expect((await ask('iterative-snip', 0.25)).masks).toEqual((await ask('snip', 0.25)).masks)
  expect((await ask('force', 0.25)).masks).toEqual((await ask('snip', 0.25)).masks)
  const [best, worst] = [await ask('iterative-snip', 0.25), await ask('iterative-snip', 0.25, true)]
  for (const [name, mask] of best.masks ?? [])
    expect(mask.some((bit, k) => bit === 1 && worst.masks?.get(name)?.[k] === 1)).toBe(false)
  // The engine is left at the initial values.
  const first = await engine.gradients('cross-entropy', 1)
  await ask('force', 0.1)
  expect(await engine.gradients('cross-entropy', 1)).toEqual(first)
})

const NAMES = ['iterative-snip', 'force', 'phew', 'ntk-sap'] as const

test.each(NAMES)(
  'a run’s %s: the count is met, the same twice, and another seed’s is another',
  async (name) => {
    const answer = async (seed: number, scheme: 'base' | 'eoi' = 'base') => {
      const spec = parseSpec({
        model: { depth: 3, width: 20 },
        sparsity: { density: 0.1, distribution: name, scoreRounds: 3 },
        initialization: { scheme },
        training: { batchSize: 8 },
        seed,
      })
      const graph = buildModel(spec.model, [28, 28, 1], 10)
      return runDensities(
        spec,
        graph,
        madeDataset({ side: 28, count: 40 }),
        referenceBackend,
        () => undefined,
      )
    }
    const first = await answer(1)
    expect(first.layers.reduce((sum, { nonzeros }) => sum + nonzeros, 0)).toBe(Math.round(0.1 * 16_680))
    expect(await answer(1)).toEqual(first)
    expect((await answer(1, 'eoi')).layers).toEqual(first.layers)
    expect((await answer(2)).masks).not.toEqual(first.masks)
  },
)

test('PHEW is not inverted, and the others ask what they need', () => {
  const problems = (distribution: string) =>
    problemsOf(parseSpec({ sparsity: { density: 0.1, distribution, inverted: true } }))
  expect(
    problems('phew')
      .map(({ message }) => message)
      .join(),
  ).toContain('nothing to invert')
  expect(
    problems('force')
      .map(({ message }) => message)
      .join(),
  ).not.toContain('nothing to invert')
})
