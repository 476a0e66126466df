/** Threads of a process that compile the kernels do so one after the other. */
import { once } from 'node:events'
import { threadId, Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import {
  releaseCompilationLock,
  shareCompilationLock,
  withCompilationLock,
} from '../../../../src/engine/backend/sparse/run/compilation-lock.ts'

const url = new URL('./lock-worker.ts', import.meta.url)

it('lets one thread in at a time', async () => {
  shareCompilationLock()
  const inside = new SharedArrayBuffer(8)
  const workers = Array.from({ length: 4 }, () => new Worker(url, { workerData: inside }))
  const others = await Promise.all(workers.map((worker) => once(worker, 'message')))
  expect(others.flat()).toEqual([0, 0, 0, 0])
})

it('is free when the end of a thread that died inside is told', async () => {
  const lock = shareCompilationLock()
  const inside = new SharedArrayBuffer(8)
  // Stays inside for as long as this word is set.
  new Int32Array(inside)[1] = 1
  const worker = new Worker(url, { workerData: inside })
  const { threadId: thread } = worker
  while (Atomics.load(lock, 0) === 0) await new Promise((resolve) => setImmediate(resolve))
  await worker.terminate()
  expect(Atomics.load(lock, 0)).toBe(thread + 1)
  releaseCompilationLock(threadId)
  expect(Atomics.load(lock, 0)).toBe(thread + 1)
  releaseCompilationLock(thread)
  expect(withCompilationLock(() => 7, Infinity)).toBe(7)
})

it('is taken from a holder that stays too long, who then frees nothing', () => {
  const lock = shareCompilationLock()
  const other = threadId + 2
  Atomics.store(lock, 0, other + 1)
  const taken = withCompilationLock(() => {
    releaseCompilationLock(other)
    return Atomics.load(lock, 0)
  }, 20)
  expect(taken).toBe(threadId + 1)
  expect(Atomics.load(lock, 0)).toBe(0)
})

it('is free after an error', () => {
  const fail = (): never => {
    throw new Error('no module')
  }
  expect(() => withCompilationLock(fail)).toThrow('no module')
  expect(withCompilationLock(() => 8, Infinity)).toBe(8)
})
