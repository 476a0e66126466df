import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { kernelModule } from '../../../../src/engine/backend/sparse/run/kernel-module.ts'
import { SharedMemory } from '../../../../src/engine/backend/sparse/plan/memory.ts'
import { Tape } from '../../../../src/engine/backend/sparse/instructions/tape.ts'

/** Above the kernels' own data. */
const BASE = 2 ** 17

const THREAD = `
const { parentPort, workerData } = require('node:worker_threads')
const { module, memory, tape } = workerData
new WebAssembly.Instance(module, { env: { memory } }).exports.runTape(tape)
parentPort.postMessage('returned')
`

test('a thread reads nothing of its tape once the last barrier is passed', async () => {
  const memory = new SharedMemory(2 * BASE)
  const [barrier, start] = [BASE, BASE + 1024]
  const tape = new Tape()
  tape.write('BARRIER', 0, { words: barrier, threads: 2 })
  tape.end()
  memory.words.set(tape.words, start / 4)
  const workerData = { module: kernelModule(), memory: memory.memory, tape: start }
  const worker = new Worker(THREAD, { eval: true, workerData })
  const returned = once(worker, 'message')
  const [arrived, round] = [barrier / 4, barrier / 4 + 1]
  while (Atomics.load(memory.words, arrived) === 0) await new Promise((resolve) => setImmediate(resolve))
  // The first thread writes other tapes here, then lets the barrier go: a thread that reads on traps.
  memory.words[start / 4 + tape.words.length - 2] = 9999
  Atomics.store(memory.words, arrived, 0)
  Atomics.add(memory.words, round, 1)
  Atomics.notify(memory.words, round)
  expect(await returned).toEqual(['returned'])
  await worker.terminate()
})
