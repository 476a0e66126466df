/** The backend in worker threads: one after another and at the same time. */
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'

const body = `
  const { parentPort, workerData } = require('node:worker_threads')
  const main = async () => {
    const { openTensorFlow } = await import(workerData.backend)
    const { mlpProgram, randomState } = await import(workerData.programs)
    const shape = { batch: 8, widths: [6, 8, 8, 8, 8, 8, 8, 8, 3], activation: 'tanh', stacked: true }
    const program = mlpProgram(shape)
    const executable = await openTensorFlow().compile(program)
    executable.writeAll(randomState(program, 5))
    const x = new Float32Array(48).fill(0.5)
    let loss = 0
    for (let step = 0; step < 30; step++) {
      loss = executable.run('train', { x, y: new Int32Array(8), rate: Float32Array.of(0.1) }).loss[0]
    }
    if (workerData.dispose) executable.dispose()
    parentPort.postMessage(loss)
  }
  main()
`

function lossInThread(dispose: boolean): Promise<number> {
  const workerData = {
    backend: new URL('../../../../src/engine/backend/tensorflow/index.ts', import.meta.url).href,
    programs: new URL('../programs.ts', import.meta.url).href,
    dispose,
  }
  return new Promise((resolve, reject) => {
    const worker = new Worker(body, { eval: true, workerData })
    let loss = NaN
    worker.on('message', (value: number) => {
      loss = value
    })
    worker.on('error', reject)
    worker.on('exit', (code) => (code === 0 ? resolve(loss) : reject(new Error(`thread ended with ${code}`))))
  })
}

it('gives the same loss in every thread, whether the thread cleans up or not', async () => {
  const losses = [await lossInThread(true), await lossInThread(false)]
  losses.push(...(await Promise.all([lossInThread(true), lossInThread(false), lossInThread(true)])))
  expect(losses[0]).toBeGreaterThan(0)
  expect(losses[0]).toBeLessThan(1)
  for (const loss of losses) expect(loss).toBeCloseTo(losses[0], 5)
})
