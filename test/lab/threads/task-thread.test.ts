import { expect, it } from 'vitest'
import { MOST_TASKS, runTask } from '../../../src/lab/threads/task-thread.ts'

/** A thread that counts itself, waits until all are let go, and answers. */
const source = `
  import { parentPort, workerData } from 'node:worker_threads'
  const { counts, number, fails } = workerData.input
  const view = new Int32Array(counts)
  Atomics.add(view, 0, 1)
  Atomics.wait(view, 1, 0)
  parentPort.postMessage(fails
    ? { kind: 'failed', error: { code: 'bad-input', message: 'no', where: null } }
    : { kind: 'answer', output: number })
  parentPort.close()
`
const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`)
/** Long enough for many more threads to start, where nothing holds them. */
const A_WHILE_MS = 500

it('runs so many threads at once and no more, answers all, and goes on after failures', async () => {
  const counts = new SharedArrayBuffer(8)
  const view = new Int32Array(counts)
  const numbers = Array.from({ length: 3 * MOST_TASKS }, (_, number) => number)
  const answers = Promise.allSettled(
    numbers.map((number) => runTask(url, 'count', { counts, number, fails: number % 5 === 0 })),
  )
  await expect.poll(() => view[0], { timeout: 30_000 }).toBeGreaterThanOrEqual(MOST_TASKS)
  await new Promise((resolve) => setTimeout(resolve, A_WHILE_MS))
  expect(view[0]).toBe(MOST_TASKS)
  Atomics.store(view, 1, 1)
  Atomics.notify(view, 1)
  expect(
    (await answers).map((each) =>
      each.status === 'fulfilled' ? each.value : (each.reason as Error).message,
    ),
  ).toEqual(numbers.map((number) => (number % 5 === 0 ? 'no' : number)))
  expect(view[0]).toBe(numbers.length)
})

it('starts nothing for what was cancelled while it waited', async () => {
  const counts = new SharedArrayBuffer(8)
  await expect(
    runTask(url, 'count', { counts, number: 1 }, { signal: AbortSignal.abort() }),
  ).rejects.toMatchObject({ code: 'cancelled' })
  expect(new Int32Array(counts)[0]).toBe(0)
})
