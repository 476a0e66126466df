/**
 * The three backends agree on random models: logits within 1e-5 and gradients within 1e-4 of the reference in
 * float64, by the norm of the whole, and 200 steps of training within what float32 drifts.
 *
 * Errors are relative to the norm: an entry that is the difference of large terms (a logit near 0, the
 * gradient of a kernel before a batch norm, which is orthogonal to the kernel) has the rounding of the terms,
 * not of itself, and no float32 backend can answer it to five digits.
 */
import { describe, expect, it } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { sparseBackend } from '../../../src/engine/backend/sparse/index.ts'
import { openTensorFlow } from '../../../src/engine/backend/tensorflow/index.ts'
import type { Backend, Executable } from '../../../src/engine/program/backend.ts'
import type { TrainingOptions, TrainingProgram } from '../../../src/engine/program/types.ts'
import { Stream } from '../../../src/engine/rng.ts'
import type { LayerGraph } from '../../../src/shared/graph/types.ts'
import {
  pick,
  randomConvolutional,
  randomFeeds,
  randomMlp,
  randomOptions,
  randomSequence,
  randomState,
  trainingOf,
  variablesOf,
} from './sparse/graphs.ts'

const FORWARD = 1e-5
const GRADIENT = 1e-4
const STEPS = 200

type Arrays = Readonly<Record<string, ArrayLike<number>>>

/** ‖got − expected‖ / ‖expected‖ over all arrays together; where nothing is expected, ‖got‖. */
function normError(expected: Arrays, got: Arrays): number {
  let apart = 0
  let whole = 0
  for (const [name, values] of Object.entries(expected)) {
    for (let i = 0; i < values.length; i++) {
      apart += (values[i] - got[name][i]) ** 2
      whole += values[i] ** 2
    }
  }
  return Math.sqrt(apart / (whole || 1))
}

async function withBackends(
  training: TrainingProgram,
  stream: Stream,
  use: (exact: Executable, others: ReadonlyMap<string, Executable>) => void,
): Promise<void> {
  const exact = await referenceBackend.compile(training.program, { precision: 'float64' })
  const backends: readonly Backend[] = [sparseBackend, openTensorFlow(), referenceBackend]
  const others = new Map<string, Executable>()
  for (const backend of backends) others.set(backend.name, await backend.compile(training.program))
  try {
    const state = randomState(training.program, stream, pick(stream, [0.05, 0.2, 0.6, 1]))
    for (const executable of [exact, ...others.values()]) executable.writeAll(state)
    use(exact, others)
  } finally {
    for (const executable of [exact, ...others.values()]) executable.dispose()
  }
}

async function compareOnce(graph: LayerGraph, stream: Stream): Promise<void> {
  const training = trainingOf(graph, randomOptions(stream))
  const text = JSON.stringify(graph.nodes)
  await withBackends(training, stream, (exact, others) => {
    const feeds = randomFeeds(training, stream, 1)
    const logits = exact.run('logits', feeds.logits)
    const gradients = exact.run('denseGradients', feeds.data)
    for (const [name, executable] of others) {
      const forward = normError(logits, executable.run('logits', feeds.logits))
      expect(forward, `logits of ${name} on ${text}`).toBeLessThan(FORWARD)
      const backward = normError(gradients, executable.run('denseGradients', feeds.data))
      expect(backward, `gradients of ${name} on ${text}`).toBeLessThan(GRADIENT)
    }
  })
}

/** The distance of all weights from the exact run's after some steps, against the way that these went. */
async function compareTraining(
  graph: LayerGraph,
  stream: Stream,
  options: Partial<TrainingOptions> = {},
  steps = STEPS,
): Promise<Map<string, number>> {
  const training = trainingOf(graph, { denseGradients: false, batchSize: 16, ...options })
  const drift = new Map<string, number>()
  await withBackends(training, stream, (exact, others) => {
    const start = Object.fromEntries(variablesOf(exact))
    const rate = Float32Array.of(0.01)
    // Four batches again and again, so that there is something to learn.
    const batches = Array.from({ length: 4 }, () => randomFeeds(training, stream, 1).train)
    for (let step = 0; step < steps; step++) {
      for (const executable of [exact, ...others.values()]) {
        executable.run('train', { ...batches[step % batches.length], rate })
      }
    }
    const end = Object.fromEntries(variablesOf(exact))
    const way = normError(start, end)
    expect(way, 'the weights move').toBeGreaterThan(1e-3)
    for (const [name, executable] of others) {
      drift.set(name, normError(end, Object.fromEntries(variablesOf(executable))) / way)
    }
  })
  return drift
}

describe('backends agree', () => {
  it.for(Array.from({ length: 8 }, (_, i) => i))('on a random perceptron, %i', async (seed) => {
    const stream = Stream.root(300 + seed)
    await compareOnce(randomMlp(stream), stream)
  })

  it.for(Array.from({ length: 8 }, (_, i) => i))('on a random convolutional network, %i', async (seed) => {
    const stream = Stream.root(400 + seed)
    await compareOnce(randomConvolutional(stream), stream)
  })

  it.for(Array.from({ length: 4 }, (_, i) => i))('on a random transformer, %i', async (seed) => {
    const stream = Stream.root(800 + seed)
    await compareOnce(randomSequence(stream), stream)
  })

  it.for([0, 1, 2])('after 200 steps of a perceptron, %i', { timeout: 60_000 }, async (seed) => {
    const stream = Stream.root(500 + seed)
    const drift = await compareTraining(randomMlp(stream), stream)
    // The reference in float32 says what float32 costs; the others may not be farther than ten times that.
    const bound = Math.max(1e-4, 10 * (drift.get('reference') ?? 0))
    for (const [name, value] of drift) expect(value, name).toBeLessThan(Math.min(bound, 0.02))
  })

  it('after 60 steps of a perceptron by LAMB', async () => {
    const stream = Stream.root(501)
    const options = { optimizer: 'lamb', weightDecay: 0.05, weightDecayOn: 'kernels' } as const
    const drift = await compareTraining(randomMlp(stream), stream, options, 60)
    const bound = Math.max(1e-4, 10 * (drift.get('reference') ?? 0))
    for (const [name, value] of drift) expect(value, name).toBeLessThan(Math.min(bound, 0.02))
  })

  it.for([0])('after 200 steps of a convolutional network, %i', { timeout: 120_000 }, async (seed) => {
    const stream = Stream.root(600 + seed)
    const drift = await compareTraining(randomConvolutional(stream), stream)
    const bound = Math.max(1e-4, 10 * (drift.get('reference') ?? 0))
    for (const [name, value] of drift) expect(value, name).toBeLessThan(Math.min(bound, 0.02))
  })

  it.for([0])('after 200 steps of a transformer, %i', { timeout: 120_000 }, async (seed) => {
    const stream = Stream.root(900 + seed)
    const drift = await compareTraining(randomSequence(stream), stream)
    const bound = Math.max(1e-4, 10 * (drift.get('reference') ?? 0))
    for (const [name, value] of drift) expect(value, name).toBeLessThan(Math.min(bound, 0.02))
  })
})
