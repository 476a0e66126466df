/**
 * Times training steps of one network in this process: arguments NAME[@DENSITY] BACKEND REPEAT STARTED,
 * prints one JSON object. A step is forward, cross entropy, backward and SGD (Nesterov 0.9, decay 1e-4,
 * masks on every kernel) on a random batch in memory: one call of the function `train`. The first step comes
 * after all that a run does before it: densities, EOI with its report, compilation.
 */
import { performance } from 'node:perf_hooks'
import {
  compileTraining,
  countOnes,
  initializeRun,
  openBackend,
  stepWork,
  Stream,
  writeState,
} from '../src/engine/index.ts'
import type { Executable, ModelState } from '../src/engine/index.ts'
import { inputVocabulary, predictionsOf, sizeOf } from '../src/shared/graph/shapes.ts'
import type { LayerGraph, Shape } from '../src/shared/graph/types.ts'
import { parseSpec } from '../src/shared/spec/parse.ts'
import type { RunSpecInput } from '../src/shared/spec/schema.ts'
import { buildNetwork } from '../src/shared/zoo/index.ts'

const WARM_UP = 3

/** Densities of the goals, where they are not 0.125. */
const DENSITIES: Readonly<Record<string, number>> = {
  'mlp-7': 0.05,
  'resnet-32': 0.1,
  'efficientnet-b0': 0.1,
  'resnet-50': 0.1,
  'deit-tiny': 0.1,
  'deit-tiny-attention': 0.1,
  gpt: 0.1,
}

interface Network {
  readonly model: RunSpecInput['model']
  /** [height, width, channels], or of tokens [time]. */
  readonly shape: Shape
  readonly batch: number
  readonly distribution: 'uniform' | 'erk'
  /** Whether attention's own kernels are sparse. */
  readonly attention?: boolean
  /** Classes, or different tokens; 10 where it is left out. */
  readonly classes?: number
}

const cifar = (model: RunSpecInput['model']): Network => ({
  model,
  shape: [32, 32, 3],
  batch: 128,
  distribution: 'uniform',
})
const large = (model: RunSpecInput['model'], side: number, batch: number): Network => ({
  model,
  shape: [side, side, 3],
  batch,
  distribution: 'erk',
})

/** Networks of the zoo on images, and on tokens. */
const ZOO_NETWORKS: Readonly<Record<string, Network>> = {
  'cnn-32': cifar({ name: 'cnn', depth: 32 }),
  'resnet-32': cifar({ name: 'resnet', depth: 32 }),
  'resnet-56': cifar({ name: 'resnet', depth: 56 }),
  'vgg-16': cifar({ name: 'vgg', depth: 16, variant: 'd' }),
  'efficientnet-b0': large({ name: 'efficientnet-b0' }, 64, 32),
  'resnet-50': large({ name: 'resnet-50' }, 224, 16),
  'deit-tiny': large({ name: 'deit-tiny' }, 224, 16),
  'deit-tiny-attention': { ...large({ name: 'deit-tiny' }, 224, 16), attention: true },
  gpt: {
    model: { name: 'gpt', depth: 6, width: 384, heads: 6 },
    shape: [256],
    batch: 16,
    distribution: 'erk',
    attention: true,
    classes: 96,
  },
}

/** mlp-7 is the paper's, of 6 hidden layers of 100; mlp-N has N hidden layers of 128. */
function perceptron(name: string): RunSpecInput['model'] | null {
  if (name === 'mlp-7') return { name: 'mlp', depth: 6, width: 100, activation: 'tanh' }
  const depth = /^mlp-([1-9]\d{0,3})$/.exec(name)?.[1]
  return depth === undefined ? null : { name: 'mlp', depth: Number(depth), width: 128, activation: 'tanh' }
}

function networkOf(name: string): Network {
  if (Object.hasOwn(ZOO_NETWORKS, name)) return ZOO_NETWORKS[name]
  const model = perceptron(name)
  if (model) return { model, shape: [28, 28, 1], batch: 128, distribution: 'uniform' }
  throw new Error(`unknown network ${name}; known: mlp-N, ${Object.keys(ZOO_NETWORKS).join(', ')}`)
}

/** Multiplications of kept weights in a step: forward and both gradients. */
function keptProducts(graph: LayerGraph, batch: number, { masks }: ModelState): number {
  return stepWork(graph, batch, (kernel) => {
    const mask = masks.get(kernel)
    return mask && countOnes(mask)
  }).kept
}

/** What a batch holds. */
interface Inputs {
  readonly batch: number
  /** Entries of an example, and whether they are tokens. */
  readonly size: number
  readonly tokens: boolean
  /** Labels of an example, and their classes. */
  readonly predictions: number
  readonly classes: number
}

interface Prepared {
  readonly executable: Executable
  readonly inputs: Inputs
  /** Floating point operations of a step on kept weights. */
  readonly flops: number
}

/** A function of its own, so that a step does not hold on to the first values, as a run does not. */
async function prepare(name: string, density: number, backendName: string): Promise<Prepared> {
  const { model, shape, batch, distribution, attention, classes = 10 } = networkOf(name)
  const spec = parseSpec({
    model,
    data:
      shape.length === 1
        ? { name: 'text', context: shape[0] }
        : { name: shape[2] === 3 ? 'cifar-10' : 'mnist' },
    sparsity: { density, distribution, attention },
    initialization: { scheme: 'eoi' },
  })
  const graph = buildNetwork(spec, shape, classes)
  const backend = await openBackend(backendName)
  const { state } = await initializeRun(spec, graph, null, backend, () => undefined)
  const training = compileTraining(graph, {
    optimizer: 'sgd',
    momentum: 0.9,
    nesterov: true,
    weightDecay: 1e-4,
    batchSize: batch,
    labelSmoothing: 0,
    denseGradients: false,
  })
  const executable = await backend.compile(training.program)
  writeState(executable, training, state)
  const tokens = inputVocabulary(graph) !== null
  const inputs = { batch, size: sizeOf(shape), tokens, predictions: predictionsOf(graph), classes }
  return { executable, inputs, flops: 2 * keptProducts(graph, batch, state) }
}

async function main(): Promise<void> {
  const [asked, backendName, repeat, started] = process.argv.slice(2)
  const [name, at] = asked.split('@')
  const density = Number(at ?? DENSITIES[name] ?? 0.125)
  if (!(density > 0 && density <= 1)) throw new Error(`a density is in (0, 1], not ${at}`)
  const { executable, inputs, flops } = await prepare(name, density, backendName)
  const { batch, size, tokens, predictions, classes } = inputs
  const stream = Stream.root(2)
  const feeds = {
    x: Float32Array.from({ length: batch * size }, () =>
      tokens ? stream.integer(classes) : 2 * stream.uniform() - 1,
    ),
    y: Int32Array.from({ length: batch * predictions }, () => Math.floor(classes * stream.uniform())),
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
  process.stdout.write(JSON.stringify({ steps_ms: steps, first_step_ms: first, memory_mb: memory, flops }))
}

await main()
