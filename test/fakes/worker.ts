/**
 * Entry of a thread with a trainer that computes nothing but a sum, so that the lab's life can be tested
 * fast. What it does is written in `data.path`: `steps=100 ms=2 fail=20 nan=30 exit=40 kill=50 start=10`;
 * with `best=0.03` it is best at that learning rate, with `most=0.1` it diverges above that, with `round=8`
 * it tells the end of a round every 8 steps; with `tokens=1` it has a perplexity. Its state depends on every
 * step, so that a wrong resume shows in the curve.
 */
import { decodeCheckpoint, encodeCheckpoint } from '../../src/engine/train/checkpoint.ts'
import { serveWorker } from '../../src/lab/threads/serve-worker.ts'
import type { Task } from '../../src/lab/threads/task-protocol.ts'
import type { methodTasks } from '../../src/lab/threads/tasks/methods.ts'
import { train } from './trainer.ts'

const backends = async () => ({
  auto: 'reference',
  backends: [{ name: 'reference', available: true, device: 'cpu', version: '1', reason: null }],
})

/** Tasks of own methods are the real ones; they load the engine, which takes longer than a made-up run. */
function real(name: keyof typeof methodTasks): Task {
  return async (input, progress, signal) =>
    (await import('../../src/lab/threads/tasks/methods.ts')).methodTasks[name](input, progress, signal)
}

await serveWorker({ train, encode: encodeCheckpoint, decode: decodeCheckpoint }, backends, {
  'methods/read': real('methods/read'),
  'methods/check': real('methods/check'),
})
