/**
 * Trains a study in a lab of its own and prints JSON: the seconds from its start to the end of its last run,
 * and the test loss of every run. Arguments: HOME DATA CONCURRENCY RUNS EPOCHS DEPTH.
 */
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { openLab } from '../src/lab/lab.ts'
import { AUTOMATIC } from '../src/shared/contract/queue.ts'

const [home, path, concurrency, runs, epochs, depth] = process.argv.slice(2)
const lab = openLab({
  home,
  role: 'the bench',
  workerUrl: new URL('../src/lab/threads/worker.ts', import.meta.url),
  computerFile: join(home, 'computer.json'),
})
await lab.call('queue/set', { concurrency: concurrency === AUTOMATIC ? AUTOMATIC : Number(concurrency) })
const study = {
  id: 'side-by-side',
  title: 'Side by side',
  base: {
    model: { name: 'mlp', depth: Number(depth), width: 100 },
    data: { name: 'file', path },
    sparsity: { distribution: 'erk', density: 0.05 },
    initialization: { scheme: 'eoi' },
    training: { epochs: Number(epochs), batchSize: 128, learningRate: 0.01 },
  },
  seeds: Array.from({ length: Number(runs) }, (_, i) => i + 1),
}
await lab.call('studies/save', { study })
const began = performance.now()
const { runs: ids } = await lab.call('studies/start', { id: study.id, backend: 'sparse' })
const over = new Promise<void>((resolve) => {
  lab.on('queue/changed', ({ running, queued }) => {
    if (running + queued === 0) resolve()
  })
})
await over
const seconds = (performance.now() - began) / 1000
const rows = await lab.call('runs/list', { study: study.id })
const losses = rows.filter(({ id }) => ids.includes(id)).map((row) => row.last['test.loss'] ?? null)
await lab.close()
process.stdout.write(JSON.stringify({ seconds, losses }))
