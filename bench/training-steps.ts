/**
 * Times training steps of one network in this process: arguments NAME[@DENSITY] BACKEND REPEAT STARTED,
 * prints one JSON object. A step is forward, cross entropy, backward and SGD (Nesterov 0.9, decay 1e-4,
 * masks on every kernel) on a random batch of 128 in memory: one call of the function `train`.
 */
import { performance } from 'node:perf_hooks'
import { openBackend } from '../src/engine/backend/index.ts'
import { stepWork } from '../src/engine/backend/cost.ts'
import type { Program } from '../src/engine/backend/types.ts'
import { packState } from '../src/engine/compiler/layout.ts'
import { compileTraining } from '../src/engine/compiler/training.ts'
import type { TrainingProgram } from '../src/engine/compiler/types.ts'
import type { FloatArray } from '../src/engine/ops/ir.ts'
import { Stream } from '../src/engine/rng.ts'
import { initializeRun } from '../src/engine/train/prepare.ts'
import { sizeOf } from '../src/shared/graph/shapes.ts'
import type { LayerGraph, LayerNode } from '../src/shared/graph/types.ts'
import { parseSpec } from '../src/shared/spec/parse.ts'
import type { RunSpecInput } from '../src/shared/spec/schema.ts'
import { buildModel } from '../src/shared/zoo/index.ts'

const BATCH = 128
const WARM_UP = 3

/** Densities of the goals, where they are not 0.125. */
const DENSITIES: Readonly<Record<string, number>> = { 'mlp-7': 0.05, 'resnet-32': 0.1 }

/** Hidden layers and their width: mlp-7 is the paper's, mlp-N has N hidden layers of 128. */
function sizeOfMlp(name: string): readonly [depth: number, width: number] | null {
  if (name === 'mlp-7') return [6, 100]
  const depth = /^mlp-([1-9]\d{0,3})$/.exec(name)?.[1]
  return depth === undefined ? null : [Number(depth), 128]
}

/** Networks of the zoo on CIFAR-10's images. */
const IMAGE_NETWORKS: Readonly<Record<string, RunSpecInput['model']>> = {
  'cnn-32': { name: 'cnn', depth: 32 },
  'resnet-32': { name: 'resnet', depth: 32 },
  'resnet-56': { name: 'resnet', depth: 56 },
  'vgg-16': { name: 'vgg', depth: 16, variant: 'd' },
}

interface Measured {
  readonly graph: LayerGraph
  /** Examples of a batch are so many numbers. */
  readonly inputSize: number
  readonly initialState: (program: TrainingProgram) => Promise<ReadonlyMap<string, FloatArray>>
}

async function measured(name: string, density: number): Promise<Measured> {
  if (!Object.hasOwn(IMAGE_NETWORKS, name)) {
    const state = (program: TrainingProgram) => Promise.resolve(initialState(program.program, density))
    return { graph: network(name), inputSize: 784, initialState: state }
  }
  const spec = parseSpec({
    model: IMAGE_NETWORKS[name],
    data: { name: 'cifar-10' },
    sparsity: { density, distribution: 'uniform' },
  })
  const graph = buildModel(spec.model, [32, 32, 3], 10)
  const reference = await openBackend('reference')
  const { state } = await initializeRun(spec, graph, null, reference, () => undefined)
  return { graph, inputSize: 32 * 32 * 3, initialState: async ({ layout }) => packState(layout, state) }
}

function network(name: string): LayerGraph {
  const size = sizeOfMlp(name)
  if (!size) {
    const known = ['mlp-N', ...Object.keys(IMAGE_NETWORKS)].join(', ')
    throw new Error(`unknown network ${name}; known: ${known}`)
  }
  const [depth, width] = size
  const nodes: LayerNode[] = [{ kind: 'input', shape: [784], name: 'input', inputs: [] }]
  let at = 'input'
  for (let layer = 1; layer <= depth; layer++) {
    nodes.push({
      kind: 'dense',
      units: width,
      bias: true,
      maskable: true,
      name: `hidden${layer}`,
      inputs: [at],
    })
    nodes.push({
      kind: 'activation',
      activation: 'tanh',
      name: (at = `tanh${layer}`),
      inputs: [`hidden${layer}`],
    })
  }
  nodes.push({ kind: 'dense', units: 10, bias: true, maskable: true, name: 'classifier', inputs: [at] })
  return { name, nodes, output: 'classifier', classes: 10 }
}

/**
 * Masks of the density, and kernels that keep the size of the signal: uniform with variance 1 / (density ·
 * fan-in).
 */
function initialState(program: Program, density: number): Map<string, Float32Array> {
  const stream = Stream.root(1)
  const state = new Map<string, Float32Array>()
  for (const {
    name,
    type: { shape },
    role,
  } of program.variables) {
    if (role === 'slot') continue // starts at 0 by itself
    const values = new Float32Array(shape.reduce((product, extent) => product * extent, 1))
    if (role === 'mask')
      for (let i = 0; i < values.length; i++) values[i] = Number(stream.uniform() < density)
    state.set(name, values)
  }
  for (const {
    name,
    type: { shape },
    role,
    of,
  } of program.variables) {
    const values = of === undefined ? undefined : state.get(of)
    if (role !== 'mask' || !values) continue
    const reach = Math.sqrt(3 / (density * shape[shape.length - 2]))
    const mask = state.get(name)
    for (let i = 0; i < values.length; i++) values[i] = mask?.[i] ? (2 * stream.uniform() - 1) * reach : 0
  }
  return state
}

/** Multiplications of kept weights in a step: forward and both gradients. */
function keptProducts({ graph, layout }: TrainingProgram, state: ReadonlyMap<string, FloatArray>): number {
  const kept = new Map<string, number>()
  for (const { parameter, variable, index } of layout.slots) {
    const mask = state.get(layout.maskOf.get(variable) ?? '')
    const size = sizeOf(parameter.shape)
    const from = (index ?? 0) * size
    if (!mask) continue
    let count = 0
    for (let i = from; i < from + size; i++) count += mask[i]
    kept.set(parameter.name, count)
  }
  return stepWork(graph, BATCH, (kernel) => kept.get(kernel)).kept
}

async function main(): Promise<void> {
  const [asked, backendName, repeat, started] = process.argv.slice(2)
  const [name, at] = asked.split('@')
  const density = Number(at ?? DENSITIES[name] ?? 0.125)
  if (!(density > 0 && density <= 1)) throw new Error(`a density is in (0, 1], not ${at}`)
  const network = await measured(name, density)
  const training = compileTraining(network.graph, {
    optimizer: 'sgd',
    momentum: 0.9,
    nesterov: true,
    weightDecay: 1e-4,
    batchSize: BATCH,
    labelSmoothing: 0,
    denseGradients: false,
  })
  const { program } = training
  const executable = await (await openBackend(backendName)).compile(program)
  const state = await network.initialState(training)
  executable.writeAll(state)
  const stream = Stream.root(2)
  const feeds = {
    x: Float32Array.from({ length: BATCH * network.inputSize }, () => 2 * stream.uniform() - 1),
    y: Int32Array.from({ length: BATCH }, () => Math.floor(10 * stream.uniform())),
    rate: Float32Array.of(1e-4),
  }
  const step = (): number => {
    const before = performance.now()
    const { loss } = executable.run('train', feeds)
    if (!Number.isFinite(loss[0])) throw new Error(`${name}: the loss is ${loss[0]}`)
    return performance.now() - before
  }
  step()
  const first = performance.timeOrigin + performance.now() - Number(started)
  for (let i = 1; i < WARM_UP; i++) step()
  const steps = Array.from({ length: Number(repeat) }, step)
  const memory = process.resourceUsage().maxRSS / 1024
  const flops = 2 * keptProducts(training, state)
  process.stdout.write(JSON.stringify({ steps_ms: steps, first_step_ms: first, memory_mb: memory, flops }))
}

await main()
