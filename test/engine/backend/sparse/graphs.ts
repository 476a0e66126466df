/** Random layer graphs within what the sparse backend runs, random states for them, and random batches. */
import type { Executable, Feeds } from '../../../../src/engine/program/backend.ts'
import type { Program } from '../../../../src/engine/program/types.ts'
import { compileTraining } from '../../../../src/engine/compiler/training.ts'
import type { TrainingOptions, TrainingProgram } from '../../../../src/engine/program/types.ts'
import type { FloatArray } from '../../../../src/engine/ops/ir.ts'
import type { Stream } from '../../../../src/engine/rng.ts'
import { inferShapes, inputVocabulary, predictionsOf, sizeOf } from '../../../../src/shared/graph/shapes.ts'
import {
  ACTIVATIONS,
  type LayerGraph,
  type LayerNode,
  type LayerOp,
  type Padding,
} from '../../../../src/shared/graph/types.ts'

export function pick<Item>(stream: Stream, items: readonly Item[]): Item {
  return items[Math.floor(stream.uniform() * items.length)]
}

/** Builds a chain of layers, with forks where a layer names its inputs. */
export class Chain {
  readonly nodes: LayerNode[]
  at = 'input'

  constructor(shape: readonly number[]) {
    this.nodes = [{ kind: 'input', shape, name: 'input', inputs: [] }]
  }

  add(op: LayerOp, inputs: readonly string[] = [this.at]): string {
    this.at = `${op.kind}${this.nodes.length}`
    this.nodes.push({ ...op, name: this.at, inputs })
    return this.at
  }

  build(classes: number): LayerGraph {
    this.add({ kind: 'dense', units: classes, bias: true, maskable: true })
    const graph = { name: 'random', nodes: this.nodes, output: this.at, classes }
    inferShapes(graph)
    return graph
  }
}

export function randomMlp(stream: Stream): LayerGraph {
  const chain = new Chain([1 + Math.floor(stream.uniform() * 40)])
  const depth = Math.floor(stream.uniform() * 6)
  for (let i = 0; i < depth; i++) {
    // A bias before batch norm has a gradient of 0 but for rounding, of which AdamW would make full steps.
    const normed = stream.uniform() < 0.3
    chain.add({
      kind: 'dense',
      units: 1 + Math.floor(stream.uniform() * 50),
      bias: !normed && stream.uniform() < 0.7,
      maskable: stream.uniform() < 0.8,
    })
    if (normed) chain.add({ kind: 'batch-norm', momentum: 0.9, epsilon: 1e-5 })
    chain.add({ kind: 'activation', activation: pick(stream, ACTIVATIONS) })
    if (stream.uniform() < 0.3) chain.add({ kind: 'dropout', rate: 0.3 })
  }
  return chain.build(2 + Math.floor(stream.uniform() * 9))
}

/** Of tens of thousands of weights. */
export function wideMlp(): LayerGraph {
  const chain = new Chain([90])
  for (let i = 0; i < 2; i++) chain.add({ kind: 'dense', units: 180, bias: true, maskable: true })
  return chain.build(3)
}

export function randomConvolutional(stream: Stream): LayerGraph {
  const channels = pick(stream, [2, 4, 6])
  const chain = new Chain([pick(stream, [6, 7, 8]), pick(stream, [6, 7, 8]), channels])
  // One kind of border a network: a value with both is refused.
  const circular = stream.uniform() < 0.4
  const borders: readonly Padding[] = circular ? ['circular'] : ['same', 'valid', 0, 1, [0, 1, 1, 0]]
  for (let i = 0; i < 2 + Math.floor(stream.uniform() * 3); i++) {
    const from = chain.at
    const kernel = pick(stream, [
      [3, 3],
      [1, 1],
      [3, 1],
    ] as const)
    const stride = i === 1 ? 2 : 1
    const groups = pick(stream, [1, 1, 2])
    const normed = stream.uniform() < 0.5
    const bias = !normed && stream.uniform() < 0.5
    const rest = { kernel, stride, padding: pick(stream, borders), bias, maskable: true }
    if (stream.uniform() < 0.2) chain.add({ kind: 'depthwise-conv', ...rest })
    else chain.add({ kind: 'conv', filters: pick(stream, [4, 6, 8]), groups, ...rest })
    if (normed) chain.add({ kind: 'batch-norm', momentum: 0.9, epsilon: 1e-5 })
    chain.add({ kind: 'activation', activation: pick(stream, ACTIVATIONS) })
    const shapes = inferShapes({ name: '', nodes: chain.nodes, output: chain.at, classes: 1 })
    const [before, after] = [shapes.get(from) ?? [], shapes.get(chain.at) ?? []]
    if (before.join() === after.join() && from !== 'input') {
      chain.add({ kind: 'add' }, stream.uniform() < 0.5 ? [chain.at, from] : [from, chain.at])
      if (stream.uniform() < 0.5) chain.add({ kind: 'activation', activation: 'relu' })
    }
    if (stream.uniform() < 0.2) chain.add({ kind: 'stochastic-depth', rate: 0.25 })
    if (stream.uniform() < 0.3) squeeze(chain, stream)
    if (stream.uniform() < 0.15) chain.add({ kind: 'dense', units: 6, bias: false, maskable: true })
  }
  const shapes = inferShapes({ name: '', nodes: chain.nodes, output: chain.at, classes: 1 })
  const [height, width, depth] = shapes.get(chain.at) ?? []
  if (Math.min(height, width) >= 3 && stream.uniform() < 0.6) {
    chain.add(
      pick(stream, [
        { kind: 'max-pool', size: 2, stride: 2, padding: 0 },
        { kind: 'max-pool', size: 3, stride: 2, padding: 'same' },
        { kind: 'average-pool', size: 3, stride: 1, padding: 1 },
        { kind: 'average-pool', size: 3, stride: 2, padding: 'same' },
        { kind: 'max-pool', size: 3, stride: 2, padding: [1, 0, 0, 1] },
        { kind: 'average-pool', size: 3, stride: 2, padding: [1, 0, 0, 1] },
        { kind: 'average-pool', size: 3, stride: 1, padding: 1, excludePadding: true },
        { kind: 'pad-shortcut', stride: 2, channels: depth + 3 },
      ] as const),
    )
  }
  if (stream.uniform() < 0.3) chain.add({ kind: 'concat' }, [chain.at, chain.at])
  chain.add(stream.uniform() < 0.5 ? { kind: 'global-average-pool' } : { kind: 'flatten' })
  return chain.build(5)
}

/** Squeeze-excitation of the image so far. */
function squeeze(chain: Chain, stream: Stream): void {
  const image = chain.at
  const shapes = inferShapes({ name: '', nodes: chain.nodes, output: image, classes: 1 })
  const channels = shapes.get(image)?.[2] ?? 0
  chain.add({ kind: 'global-average-pool' })
  chain.add({ kind: 'dense', units: 3, bias: true, maskable: true })
  chain.add({ kind: 'activation', activation: 'swish' })
  chain.add({ kind: 'dense', units: channels, bias: true, maskable: true })
  chain.add({ kind: 'activation', activation: 'sigmoid' })
  chain.add({ kind: 'scale-channels' }, [image, chain.at])
  if (stream.uniform() < 0.3) chain.add({ kind: 'multiply' }, [chain.at, image])
  if (stream.uniform() < 0.3) chain.add({ kind: 'activation', activation: 'relu' })
}

/** A transformer: of patches or of a sequence as it comes, attention fused or of three inputs, any ending. */
export function randomSequence(stream: Stream): LayerGraph {
  const heads = pick(stream, [1, 2, 3])
  const features = heads * pick(stream, [2, 4, 5])
  const patches = stream.uniform() < 0.6
  const chain = new Chain(patches ? [6, 4, 3] : [pick(stream, [3, 5, 9]), features])
  const dense = (units: number): string =>
    chain.add({ kind: 'dense', units, bias: stream.uniform() < 0.7, maskable: stream.uniform() < 0.7 })
  const maybe = (chance: number, op: LayerOp): void => {
    if (stream.uniform() < chance) chain.add(op)
  }
  if (patches) {
    const bias = stream.uniform() < 0.5
    const kernel = [2, 2] as const
    const rest = { kernel, stride: 2, padding: 'valid', groups: 1, bias, maskable: false } as const
    chain.add({ kind: 'conv', filters: features, ...rest })
    chain.add({ kind: 'reshape', shape: [6, features] })
  }
  maybe(0.8, { kind: 'position-embedding' })
  maybe(0.8, { kind: 'class-token' })
  for (let block = 0; block < 1 + Math.floor(stream.uniform() * 2); block++) {
    const before = chain.at
    maybe(0.8, { kind: 'layer-norm', epsilon: 1e-5 })
    if (stream.uniform() < 0.5) chain.add({ kind: 'attention', heads })
    else {
      const normed = chain.at
      const parts = [0, 1, 2].map((): string => {
        chain.at = normed
        return stream.uniform() < 0.2 ? normed : dense(features)
      })
      chain.add({ kind: 'dot-product-attention', heads, scale: 0.7 }, parts)
      if (stream.uniform() < 0.5) dense(features)
    }
    maybe(0.5, { kind: 'layer-scale', initial: 0.5 })
    maybe(0.3, { kind: 'stochastic-depth', rate: 0.25 })
    maybe(0.2, { kind: 'dropout', rate: 0.25 })
    const between = chain.add({ kind: 'add' }, [chain.at, before])
    maybe(0.8, { kind: 'layer-norm', epsilon: 1e-5 })
    dense(2 * features)
    chain.add({
      kind: 'activation',
      activation: pick(stream, ['gelu', 'gelu-tanh', 'swish', 'tanh'] as const),
    })
    dense(features)
    maybe(0.3, { kind: 'batch-norm', momentum: 0.9, epsilon: 1e-5 })
    chain.add({ kind: 'add' }, [between, chain.at])
  }
  maybe(0.3, { kind: 'permute', axes: [1, 0] })
  maybe(0.3, { kind: 'slice', axis: 0, begin: 1, size: 2 })
  if (stream.uniform() < 0.3) chain.add({ kind: 'concat' }, [chain.at, chain.at])
  maybe(0.5, { kind: 'layer-norm', epsilon: 1e-6 })
  chain.add(stream.uniform() < 0.6 ? { kind: 'select-token', index: 1 } : { kind: 'flatten' })
  return chain.build(5)
}

/** A language model: tokens, blocks of causal attention of either form, a head that may be tied. */
export function randomLanguageModel(stream: Stream): LayerGraph {
  const heads = pick(stream, [1, 2, 3])
  const features = heads * pick(stream, [2, 4, 5])
  const vocabulary = pick(stream, [3, 11, 30])
  const chain = new Chain([pick(stream, [1, 5, 17, 40])])
  const table = chain.add({ kind: 'token-embedding', vocabulary, features })
  const maybe = (chance: number, op: LayerOp): void => {
    if (stream.uniform() < chance) chain.add(op)
  }
  maybe(0.8, { kind: 'position-embedding' })
  maybe(0.3, { kind: 'dropout', rate: 0.25 })
  for (let block = 0; block < 1 + Math.floor(stream.uniform() * 2); block++) {
    const before = chain.at
    maybe(0.8, { kind: 'layer-norm', epsilon: 1e-5 })
    const causal = stream.uniform() < 0.8
    if (stream.uniform() < 0.5) chain.add({ kind: 'attention', heads, causal })
    else {
      const normed = chain.at
      const maskable = stream.uniform() < 0.8
      const dense = { kind: 'dense', units: features, bias: true, maskable } as const
      const parts = [0, 1, 2].map((): string => chain.add(dense, [normed]))
      chain.add({ kind: 'dot-product-attention', heads, scale: 0.7, causal }, parts)
      chain.add(dense)
    }
    const between = chain.add({ kind: 'add' }, [chain.at, before])
    chain.add({ kind: 'dense', units: 2 * features, bias: true, maskable: true })
    chain.add({ kind: 'activation', activation: 'gelu' })
    chain.add({ kind: 'dense', units: features, bias: true, maskable: true })
    chain.add({ kind: 'add' }, [between, chain.at])
  }
  maybe(0.7, { kind: 'layer-norm', epsilon: 1e-5 })
  const tied = stream.uniform() < 0.5
  chain.add({
    kind: 'dense',
    units: vocabulary,
    bias: stream.uniform() < 0.3,
    maskable: !tied && stream.uniform() < 0.5,
    ...(tied && { tied: table }),
  })
  const graph = { name: 'language', nodes: chain.nodes, output: chain.at, classes: vocabulary }
  inferShapes(graph)
  return graph
}

/** Options of any optimizer, with a batch that fills no vector. */
export function randomOptions(stream: Stream): TrainingOptions {
  return {
    optimizer: pick(stream, ['sgd', 'adamw']),
    momentum: pick(stream, [0, 0.9]),
    nesterov: stream.uniform() < 0.5,
    weightDecay: pick(stream, [0, 0.01]),
    batchSize: 3 + Math.floor(stream.uniform() * 60),
    evaluationBatchSize: 5 + Math.floor(stream.uniform() * 90),
    labelSmoothing: pick(stream, [0, 0.1]),
    denseGradients: true,
  }
}

/** Masks of a density, and weights that keep the size of the signal. */
export function randomState(program: Program, stream: Stream, density: number): Map<string, FloatArray> {
  const state = new Map<string, Float32Array>()
  for (const { name, type, role } of program.variables) {
    if (role === 'slot') continue
    const size = sizeOf(type.shape)
    if (role === 'mask')
      state.set(
        name,
        Float32Array.from({ length: size }, () => Number(stream.uniform() < density)),
      )
    else if (/scale|variance/.test(name))
      state.set(
        name,
        Float32Array.from({ length: size }, () => 0.5 + stream.uniform()),
      )
    else {
      const reach = Math.sqrt(3 / (density * Math.max(1, sizeOf(type.shape.slice(-4, -1)))))
      state.set(
        name,
        Float32Array.from({ length: size }, () => (2 * stream.uniform() - 1) * Math.min(reach, 1)),
      )
    }
  }
  for (const { name, role, of } of program.variables) {
    const values = of === undefined || role !== 'mask' ? undefined : state.get(of)
    const mask = state.get(name)
    if (values && mask) for (let i = 0; i < values.length; i++) values[i] *= mask[i]
  }
  return state
}

/** Feeds of the functions that take a training batch, and of evaluation. */
export function randomFeeds(
  { graph, program, randomFeeds: uniform }: TrainingProgram,
  stream: Stream,
  step: number,
): {
  train: Feeds
  data: Feeds
  evaluate: Feeds
  logits: Feeds
} {
  const numbers = (size: number, low = -1): Float32Array =>
    Float32Array.from({ length: size }, () => low + (1 - low) * stream.uniform())
  const sizes = (name: string): number => {
    const definition = program.functions.find((candidate) => candidate.name === name)
    return sizeOf(definition?.feeds.find((feed) => feed.name === 'x')?.value.type.shape ?? [])
  }
  const input = sizeOf(graph.nodes[0].kind === 'input' ? graph.nodes[0].shape : [])
  const labels = (count: number): Int32Array =>
    Int32Array.from({ length: count }, () => Math.floor(graph.classes * stream.uniform()))
  const mixed = (count: number): Feeds => {
    if (!program.training?.options.mixed) return {}
    const shares = numbers(count, 0.5)
    return { otherY: labels(count), shares, otherShares: shares.map((share) => 1 - share) }
  }
  const vocabulary = inputVocabulary(graph)
  const inputs = (size: number): Float32Array =>
    vocabulary === null
      ? numbers(size)
      : Float32Array.from({ length: size }, () => Math.floor(vocabulary * stream.uniform()))
  const predictions = predictionsOf(graph)
  const x = inputs(sizes('train'))
  const random = Object.fromEntries(uniform.map(({ name, size }) => [name, numbers(size, 0)]))
  const count = x.length / input
  const data = { x, y: labels(count * predictions), ...mixed(count), ...random }
  const adam = program.functions[0].feeds.some(({ name }) => name === 'correction1')
  const corrections: Feeds = adam
    ? { correction1: Float32Array.of(1 - 0.9 ** step), correction2: Float32Array.of(1 - 0.999 ** step) }
    : {}
  const test = inputs(sizes('evaluate'))
  const rows = test.length / input
  return {
    data,
    train: { ...data, rate: Float32Array.of(0.01), ...corrections },
    evaluate: { x: test, y: labels(rows * predictions), weights: numbers(rows, 0) },
    logits: { x: test },
  }
}

/** Largest difference, over the largest entry of `expected` or `floor`, whichever is larger. */
export function relativeError(expected: ArrayLike<number>, given: ArrayLike<number>, floor = 1e-4): number {
  let largest = 0
  let difference = 0
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]))
    const apart = Math.abs(expected[i] - given[i])
    difference = Number.isNaN(apart) ? Infinity : Math.max(difference, apart)
  }
  return difference / Math.max(largest, floor)
}

export function trainingOf(graph: LayerGraph, options: Partial<TrainingOptions> = {}): TrainingProgram {
  return compileTraining(graph, {
    optimizer: 'sgd',
    momentum: 0.9,
    nesterov: true,
    weightDecay: 1e-3,
    batchSize: 20,
    labelSmoothing: 0,
    denseGradients: true,
    ...options,
  })
}

export function variablesOf(executable: Executable): [string, FloatArray][] {
  return [...executable.readAll()]
}
