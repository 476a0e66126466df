/** PHEW: probabilities of its walks, and masks on every family of models. */
import { describe, expect, test } from 'vitest'
import { densities } from '../../../src/engine/density/index.ts'
import type { ScoreEngine } from '../../../src/engine/density/types.ts'
import { WalkEdges } from '../../../src/engine/density/walk-edges.ts'
import { WalkGraph } from '../../../src/engine/density/walk-graph.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { parametersOf } from '../../../src/shared/graph/parameters.ts'
import { sizeOf } from '../../../src/shared/graph/shapes.ts'
import type { LayerGraph } from '../../../src/shared/graph/types.ts'
import { MODEL_NAMES } from '../../../src/shared/spec/schema.ts'
import { modelSchema } from '../../../src/shared/spec/schema.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import { oracle } from '../../oracle.ts'
import type { OracleTensor } from '../../oracle.ts'
import { perceptron } from '../compiler/models.ts'

type Tensors = Readonly<Record<string, OracleTensor>>
interface PerceptronCase {
  readonly name: string
  readonly weights: Tensors
  readonly edge_visit_probability_one_walk_from_uniform_input: Tensors
  readonly edge_visit_probability_one_walk_from_uniform_output: Tensors
}
interface KernelCase {
  readonly name: string
  readonly kernel: OracleTensor
  readonly from_input: OracleTensor
  readonly from_output: OracleTensor
}
const { cases } = oracle<{ cases: readonly (PerceptronCase | KernelCase)[] }>('scores_iterative')
const perceptrons = cases.filter(({ name }) => name === 'phew_mlp') as PerceptronCase[]
const kernels = cases.filter(({ name }) => name === 'phew_conv_kernel') as KernelCase[]

const WALKS = 20_000

/** Counts against probabilities, each within 4.5 standard errors. */
function expectCounts(counts: ArrayLike<number>, expected: readonly number[], draws: number): void {
  expected.forEach((p, k) => {
    expect(Math.abs(counts[k] / draws - p)).toBeLessThan(4.5 * Math.sqrt((p * (1 - p)) / draws) + 1e-9)
  })
}

test.each(perceptrons)('$name: edges are visited as often as the chain of probabilities says', (given) => {
  const { w1, w2, w3 } = given.weights
  const graph = perceptron([w1.shape[0], w1.shape[1], w2.shape[1], w3.shape[1]], 'tanh')
  const values = new Map(
    Object.entries(given.weights).map(([name, { data }]) => [`${name}.kernel`, Float64Array.from(data)]),
  )
  const walks = new WalkGraph(graph, values)
  const stream = Stream.root(3)
  for (const [way, expected] of [
    ['forward', given.edge_visit_probability_one_walk_from_uniform_input],
    ['backward', given.edge_visit_probability_one_walk_from_uniform_output],
  ] as const) {
    const counts = new Map([...values].map(([name, { length }]) => [name, new Float64Array(length)]))
    for (let walk = 0; walk < WALKS; walk++) {
      const visits = walks[way](stream) ?? []
      expect(visits).toHaveLength(3)
      for (const { kernel, entry } of visits) (counts.get(kernel) ?? [])[entry]++
    }
    for (const [name, { data }] of Object.entries(expected))
      expectCounts(counts.get(`${name}.kernel`) ?? [], data, WALKS)
  }
})

test.each(kernels)('$name: every entry of a convolution is an edge of its own', (given) => {
  const [height, width, inputs, outputs] = given.kernel.shape
  const edges = new WalkEdges(
    { inputs, outputs, groups: 1, taps: height * width },
    Float64Array.from(given.kernel.data),
  )
  const stream = Stream.root(5)
  const size = given.kernel.data.length
  for (let input = 0; input < inputs; input++) {
    const counts = new Float64Array(size)
    for (let k = 0; k < WALKS; k++) counts[edges.forward(input, stream)?.entry ?? NaN]++
    const ofInput = given.from_input.data.map((p, k) => (Math.floor(k / outputs) % inputs === input ? p : 0))
    expectCounts(counts, ofInput, WALKS)
  }
  for (let output = 0; output < outputs; output++) {
    const counts = new Float64Array(size)
    for (let k = 0; k < WALKS; k++) counts[edges.backward(output, stream)?.entry ?? NaN]++
    expectCounts(
      counts,
      given.from_output.data.map((p, k) => (k % outputs === output ? p : 0)),
      WALKS,
    )
  }
})

/** An engine that knows values alone. */
function engineOf(graph: LayerGraph): ScoreEngine {
  const scored = parametersOf(graph).filter(({ maskable }) => maskable)
  const stream = Stream.root(7)
  const refuse = () => Promise.reject(new Error('PHEW asks for no gradients'))
  return {
    kernels: scored,
    values: new Map(
      scored.map(({ name, shape }) => [name, new Float64Array(sizeOf(shape)).map(() => stream.normal())]),
    ),
    inputShape: [],
    gradients: refuse,
    hessianGradient: refuse,
    synapticFlow: refuse,
    distance: refuse,
  }
}

const ask = async (graph: LayerGraph, density: number, scores = engineOf(graph)) => {
  const request = { kernels: scores.kernels, density, variant: 'literature', stream: Stream.root(2), scores }
  return densities('phew', { ...request, variant: 'literature', graph })
}

describe.each(MODEL_NAMES)('%s', (name) => {
  test('walks pass through every layer, forwards and backwards, and the count is met', async () => {
    const small = {
      mlp: { width: 32, depth: 7 },
      cnn: { width: 16, depth: 4 },
      vgg: { depth: 16, widthMultiplier: 0.25 },
      resnet: { depth: 20 },
    }
    const sizes = (small as Readonly<Record<string, object>>)[name] ?? { widthMultiplier: 0.25 }
    const model = modelSchema.parse({ name, ...sizes })
    const graph = name === 'gpt' ? buildModel(model, [32], 40) : buildModel(model, [32, 32, 3], 10)
    const scores = engineOf(graph)
    const { layers, masks, notes } = await ask(graph, 0.005, scores)
    const entries = layers.reduce((sum, { parameter }) => sum + sizeOf(parameter.shape), 0)
    expect(layers.reduce((sum, { nonzeros }) => sum + nonzeros, 0)).toBe(Math.round(0.005 * entries))
    for (const { parameter, nonzeros } of layers) expect(nonzeros, parameter.name).toBeGreaterThan(0)
    expect(notes).toEqual([])
    expect(masks?.size).toBe(layers.length)
    const walks = new WalkGraph(graph, scores.values)
    const stream = Stream.root(1)
    const lengths = Array.from({ length: 200 }, () => [walks.forward(stream), walks.backward(stream)])
      .flat()
      .map((walk) => walk?.length ?? 0)
    // Tables and a tied head are no masked kernels: a walk by the residual stream alone has no edge.
    const some = lengths.filter((length) => length > 0)
    if (name === 'gpt') expect(some.length).toBeGreaterThan(200)
    else expect(some).toHaveLength(400)
  })
})

test('density 1 keeps all, and what walks do not meet near it is filled by |w|', async () => {
  const graph = perceptron([6, 8, 5], 'tanh')
  const whole = await ask(graph, 1)
  expect(whole.layers.map(({ density }) => density)).toEqual([1, 1])
  const scores = engineOf(graph)
  const values = new Map(
    [...scores.values].map(([name, data]) => [name, data.map((w, k) => (k % 4 ? w : 0))]),
  )
  const request = { kernels: scores.kernels, density: 0.8, stream: Stream.root(2), graph }
  const answer = await densities('phew', { ...request, variant: 'literature', scores: { ...scores, values } })
  expect(answer.layers.reduce((sum, { nonzeros }) => sum + nonzeros, 0)).toBe(Math.round(0.8 * 88))
  expect(answer.notes.join()).toContain('no walk met')
})
