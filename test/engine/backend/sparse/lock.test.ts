/** Threads of a process that compile the kernels do so one after the other. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import {
  shareCompilationLock,
  withCompilationLock,
} from '../../../../src/engine/backend/sparse/compilation-lock.ts'

it('lets one thread in at a time', async () => {
  shareCompilationLock()
  const inside = new SharedArrayBuffer(4)
  const url = new URL('./lock-worker.ts', import.meta.url)
  const workers = Array.from({ length: 4 }, () => new Worker(url, { workerData: inside }))
  const others = await Promise.all(workers.map((worker) => once(worker, 'message')))
  expect(others.flat()).toEqual([0, 0, 0, 0])
})

it('does not wait for ever for a thread that was ended inside, and is free after an error', () => {
  const lock = shareCompilationLock()
  Atomics.store(lock, 0, 1)
  expect(withCompilationLock(() => 7)).toBe(7)
  expect(() =>
    withCompilationLock(() => {
      throw new Error('no module')
    }),
  ).toThrow('no module')
  const before = Date.now()
  expect(withCompilationLock(() => 8)).toBe(8)
  expect(Date.now() - before).toBeLessThan(500)
})
