/**
 * Times training steps of one network in this process: arguments NAME BACKEND REPEAT STARTED, prints one JSON
 * object. A step is forward, cross entropy, backward and an SGD update (Nesterov 0.9, weight decay 1e-4,
 * masks on every kernel) on a random batch of 128 in memory, one call of the backend's function `train`.
 */
import { performance } from 'node:perf_hooks'
import { openBackend } from '../src/engine/backend/index.ts'
import type { Program } from '../src/engine/backend/types.ts'
import { compileTraining } from '../src/engine/compiler/training.ts'
import { Stream } from '../src/engine/rng.ts'
import type { LayerGraph, LayerNode } from '../src/shared/graph/types.ts'

const BATCH = 128
const DENSITY = 0.125
const WARM_UP = 3

/** Hidden layers and their width. */
const NETWORKS: Readonly<Record<string, readonly [number, number]>> = {
  'mlp-1': [1, 128],
  'mlp-7': [6, 100],
  'mlp-100': [100, 128],
  'mlp-1000': [1000, 128],
}

function network(name: string): LayerGraph {
  const size = NETWORKS[name]
  if (!size) throw new Error(`unknown network ${name}; known: ${Object.keys(NETWORKS).join(', ')}`)
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
function initialState(program: Program): Map<string, Float32Array> {
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
      for (let i = 0; i < values.length; i++) values[i] = Number(stream.uniform() < DENSITY)
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
    const reach = Math.sqrt(3 / (DENSITY * shape[shape.length - 2]))
    const mask = state.get(name)
    for (let i = 0; i < values.length; i++) values[i] = mask?.[i] ? (2 * stream.uniform() - 1) * reach : 0
  }
  return state
}

async function main(): Promise<void> {
  const [name, backendName, repeat, started] = process.argv.slice(2)
  const { program } = compileTraining(network(name), {
    optimizer: 'sgd',
    momentum: 0.9,
    nesterov: true,
    weightDecay: 1e-4,
    batchSize: BATCH,
    labelSmoothing: 0,
    denseGradients: false,
  })
  const executable = await (await openBackend(backendName)).compile(program)
  executable.writeAll(initialState(program))
  const stream = Stream.root(2)
  const feeds = {
    x: Float32Array.from({ length: BATCH * 784 }, () => 2 * stream.uniform() - 1),
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
  process.stdout.write(JSON.stringify({ steps_ms: steps, first_step_ms: first, memory_mb: memory }))
}

await main()
