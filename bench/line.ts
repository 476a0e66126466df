/**
 * A lab with thousands of runs at the end of a line of 100 ms there and back: what the pages and the command
 * line ask of it, through pipes that hold every piece up.
 *
 *     node bench/line.ts --home DIR [--ms 100]        DIR: made by bench/database.ts
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { Transform } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import manifest from '../package.json' with { type: 'json' }
import { readDoor } from '../src/lab/line/address.ts'
import { dialHere } from '../src/lab/line/dial-here.ts'
import { openFarLab } from '../src/lab/line/far-lab.ts'
import type { StudyInput } from '../src/shared/spec/study-schema.ts'
import { COMPARED } from './make-database.ts'

const { values: options } = parseArgs({
  options: { home: { type: 'string' }, ms: { type: 'string', default: '100' } },
})
const ONE_WAY = Number(options.ms) / 2
const REPEAT = 5

/** A pipe that gives each piece on after a time, in order. */
const delay = (): Transform =>
  new Transform({
    transform(piece, _encoding, done) {
      setTimeout(() => this.push(piece), ONE_WAY)
      done()
    },
  })

/** 10,000 runs that nobody has: 1000 rates of 10 seeds. */
const big: StudyInput = {
  id: 'ten-thousand',
  title: 'Ten thousand runs',
  base: { sparsity: { distribution: 'erk', density: 0.07 }, model: { depth: 3 } },
  axes: [
    {
      name: 'Rate',
      points: Array.from({ length: 1000 }, (_, index) => ({
        label: String(index),
        set: { 'training.learningRate': (index + 1) / 1e5 },
      })),
    },
  ],
  seeds: Array.from({ length: 10 }, (_, seed) => seed + 1),
}

const tell = (what: string, ms: number): void =>
  console.log(`${what.padEnd(52)} ${ms.toFixed(0).padStart(7)} ms`)

async function timed(what: string, call: () => Promise<unknown>, rounds = REPEAT): Promise<void> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now()
    await call()
    times.push(performance.now() - begun)
  }
  tell(what, times.toSorted((a, b) => a - b)[Math.floor(rounds / 2)])
}

const { home } = options
if (home === undefined || !existsSync(home)) throw new Error('--home names a home of bench/database.ts')
const entry = fileURLToPath(new URL('../src/cli/index.ts', import.meta.url))
const serving = spawn(process.execPath, [entry, '--home', home, 'serve', '--idle', '1'], { stdio: 'ignore' })
while (readDoor(home)?.pid !== serving.pid) await new Promise((resolve) => setTimeout(resolve, 100))
const lab = openFarLab({
  name: 'The lab of the measurement',
  here: false,
  version: manifest.version,
  remedy: '',
  dial: async () => {
    const dialed = await dialHere(home)
    const output = delay()
    output.pipe(dialed.output)
    return { ...dialed, input: dialed.input.pipe(delay()), output }
  },
})
await lab.ready()
await lab.call('queue/set', { paused: true })
const { ids } = await lab.call('runs/query', { limit: 0 })
console.log(`${ids.length} runs, ${options.ms} ms there and back`)
await timed('a question with a short answer', () => lab.call('queue/state', {}))
await timed('Runs: a page of 100, sorted by a metric', () =>
  lab.call('runs/query', { sort: [{ column: 'last:test.accuracy', descending: true }], limit: 100 }),
)
await timed('Runs: another page', () => lab.call('runs/query', { offset: 5000, limit: 100 }))
await timed('Compare: the table of a study', () =>
  lab.call('compare/table', { study: COMPARED, metric: 'test.accuracy', at: 'last' }),
)
await timed('a run', () => lab.call('runs/get', { id: ids[0] }))
await timed('a curve', () =>
  lab.call('runs/series', { runs: [ids[0]], phase: 'train', name: 'loss', pixels: 800 }),
)
await timed('Studies', () => lab.call('studies/list', {}))
await lab.call('studies/save', { study: big })
await timed('the estimate of 10,000 more runs', () => lab.call('studies/estimate', { study: big }), 1)
let told = 0
lab.on('run/changed', () => (told += 1))
await timed('queueing them', () => lab.call('studies/start', { id: big.id }), 1)
await timed('a question right after', () => lab.call('queue/state', {}), 1)
await timed('queueing them again: all are there', () => lab.call('studies/start', { id: big.id }), 1)
await timed('the list of the queue', () => lab.call('queue/list', {}))
const queued = await lab.call('runs/query', { study: big.id, limit: 0 })
await timed('cancelling them', () => lab.call('runs/cancel', { ids: queued.ids }), 1)
console.log(`${told} changes of runs were told meanwhile`)
await lab.stop()
