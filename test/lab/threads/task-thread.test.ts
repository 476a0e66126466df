import { expect, it } from 'vitest'
import { MOST_TASKS, runTask } from '../../../src/lab/threads/task-thread.ts'

/** A thread that says how many of its kind there are, waits, and answers. */
const source = `
  import { parentPort, workerData } from 'node:worker_threads'
  const { counts } = workerData.input
  const view = new Int32Array(counts)
  const now = Atomics.add(view, 0, 1) + 1
  if (now > Atomics.load(view, 1)) Atomics.store(view, 1, now)
  setTimeout(() => {
    Atomics.sub(view, 0, 1)
    parentPort.postMessage(workerData.input.fails
      ? { kind: 'failed', error: { code: 'bad-input', message: 'no', where: null } }
      : { kind: 'answer', output: workerData.input.number })
    parentPort.close()
  }, 20)
`
const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`)

it('runs so many threads at once and no more, answers all, and goes on after failures', async () => {
  const counts = new SharedArrayBuffer(8)
  const numbers = Array.from({ length: 3 * MOST_TASKS }, (_, number) => number)
  const answers = await Promise.allSettled(
    numbers.map((number) => runTask(url, 'count', { counts, number, fails: number % 5 === 0 })),
  )
  expect(
    answers.map((each) => (each.status === 'fulfilled' ? each.value : (each.reason as Error).message)),
  ).toEqual(numbers.map((number) => (number % 5 === 0 ? 'no' : number)))
  const [left, most] = new Int32Array(counts)
  expect(left).toBe(0)
  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThanOrEqual(MOST_TASKS)
})

it('starts nothing for what was cancelled while it waited', async () => {
  const counts = new SharedArrayBuffer(8)
  await expect(
    runTask(url, 'count', { counts, number: 1 }, { signal: AbortSignal.abort() }),
  ).rejects.toMatchObject({ code: 'cancelled' })
  expect(new Int32Array(counts)[1]).toBe(0)
})
