/** A run beside others has fewer threads than its batch has parts; its numbers stay the same. */
import { afterEach, expect, it } from 'vitest'
import { sparseBackend } from '../../../../src/engine/backend/sparse/index.ts'
import type { TrainingProgram } from '../../../../src/engine/program/types.ts'
import { Stream } from '../../../../src/engine/rng.ts'
import {
  COMPUTING_VARIABLE,
  computingThreads,
  THREADS_VARIABLE,
} from '../../../../src/engine/threads/count.ts'
import {
  Chain,
  randomConvolutional,
  randomFeeds,
  randomOptions,
  randomSequence,
  randomState,
  trainingOf,
  variablesOf,
} from './graphs.ts'
import './checked.ts'

const before = process.env[THREADS_VARIABLE]

afterEach(() => {
  delete process.env[COMPUTING_VARIABLE]
  if (before === undefined) delete process.env[THREADS_VARIABLE]
  else process.env[THREADS_VARIABLE] = before
})

function threads(parts: number, computing: number): void {
  process.env[THREADS_VARIABLE] = String(parts)
  process.env[COMPUTING_VARIABLE] = String(computing)
}

/** All functions three times on so many threads: what they answered, and the variables after it. */
async function trained(training: TrainingProgram, seed: number, parts: number, computing: number) {
  threads(parts, computing)
  const stream = Stream.root(seed)
  const executable = await sparseBackend.compile(training.program)
  executable.writeAll(randomState(training.program, stream, 0.4))
  const answers = [1, 2, 3].flatMap((step) => {
    const feeds = randomFeeds(training, stream, step)
    return [
      executable.run('logits', feeds.logits),
      executable.run('evaluate', feeds.evaluate),
      structuredClone(executable.run('denseGradients', feeds.data)),
      executable.run('train', feeds.train),
    ]
  })
  const variables = variablesOf(executable)
  executable.dispose()
  return { answers, variables }
}

function normed(): ReturnType<Chain['build']> {
  const chain = new Chain([30])
  for (let layer = 0; layer < 3; layer++) {
    chain.add({ kind: 'dense', units: 20, bias: false, maskable: true })
    chain.add({ kind: 'batch-norm', momentum: 0.9, epsilon: 1e-5 })
    chain.add({ kind: 'activation', activation: 'tanh' })
  }
  return chain.build(5)
}

const GRAPHS = {
  'batch norm, where threads meet in every layer': () => normed(),
  convolutions: () => randomConvolutional(Stream.root(5)),
  sequences: () => randomSequence(Stream.root(6)),
}

it.for(Object.entries(GRAPHS))('trains to the same bits on fewer threads: %s', async ([, graph]) => {
  const training = trainingOf(graph(), { ...randomOptions(Stream.root(3)), batchSize: 67 })
  const whole = await trained(training, 9, 4, 4)
  for (const computing of [1, 2, 3]) expect(await trained(training, 9, 4, computing)).toEqual(whole)
  // The sums of another number of parts differ in their last bits: the comparison can tell.
  expect((await trained(training, 9, 1, 1)).answers).not.toEqual(whole.answers)
})

it('computes with as many threads as it was given, and never more than there are', () => {
  threads(4, 2)
  expect(computingThreads()).toBe(2)
  threads(4, 8)
  expect(computingThreads()).toBe(4)
  process.env[COMPUTING_VARIABLE] = 'many'
  expect(computingThreads()).toBe(4)
})
