/** Which runs go side by side, and what each has of the machine. */
import { expect, it } from 'vitest'
import { slowdownOf, SideBySide } from '../../../src/lab/run/side-by-side.ts'
import type { Place } from '../../../src/lab/run/side-by-side.ts'
import { pathsOf } from '../../../src/lab/store/home.ts'
import { openStore } from '../../../src/lab/store/open.ts'
import type { Connection } from '../../../src/lab/store/open.ts'
import { recordStepTime, workOf } from '../../../src/lab/store/step-times.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { fakeLab, start, temporaryFolder } from '../support.ts'

const GIB = 2 ** 30
const base = (width: number, batchSize = 64) => ({
  model: { name: 'mlp', depth: 1, width },
  training: { epochs: 1, batchSize },
})

/** A home in which runs of these widths wait, two seeds each, the batch of the last being small. */
async function waiting(): Promise<Connection> {
  const home = temporaryFolder()
  const lab = fakeLab({ home })
  await lab.call('queue/set', { paused: true })
  for (const [width, batchSize] of [[8], [16], [24, 10]] as const) {
    const study = { id: `w${width}`, title: 'Waits', base: base(width, batchSize), seeds: [1, 2] }
    await start(lab, study)
  }
  await lab.close()
  return openStore(pathsOf(home))
}

function measured(database: Connection, width: number, backend: string, stepMs: number, batchSize?: number) {
  const time = { backend, device: 'cpu', stepMs, startSeconds: 1, stepsPerEpoch: 100 }
  recordStepTime(database, workOf(parseSpec(base(width, batchSize))), time, '2026-11-29T00:00:00Z')
}

/** Takes runs as the queue would, until one waits. */
function taken(side: SideBySide, database: Connection): Place[] {
  const places: Place[] = []
  for (;;) {
    const place = side.next(places, places.length, null)
    if (place === null) return places
    places.push(place)
    const next = "SELECT id FROM runs WHERE status = 'queued' ORDER BY queue_order, id LIMIT 1"
    database.prepare(`UPDATE runs SET status = 'running' WHERE id = (${next})`).run()
  }
}

it('takes one run with all threads where nothing was measured, or another backend trains', async () => {
  const database = await waiting()
  const side = new SideBySide(database, 4, 8 * GIB)
  const alone = [{ threads: 4, share: 1 }]
  expect(taken(side, database)).toEqual(alone)
  database.prepare("UPDATE runs SET status = 'queued'").run()
  measured(database, 8, 'tensorflow', 0.5)
  expect(taken(side, database)).toEqual(alone)
  database.close()
})

it('takes runs of short steps side by side, and shares the threads among them', async () => {
  const database = await waiting()
  const side = new SideBySide(database, 4, 8 * GIB)
  measured(database, 8, 'sparse', 0.5)
  // Two are short; the third waits, since its kind was not measured.
  const two = { threads: 1, share: 0.25 }
  expect(taken(side, database)).toEqual([two, two])
  expect(side.now([two, two])).toBe(4)
  expect(slowdownOf([two, two])).toBe(4)
  expect(side.now([{ threads: 4, share: 1 }])).toBe(1)
  database.prepare("UPDATE runs SET status = 'queued'").run()
  measured(database, 16, 'sparse', 0.5)
  measured(database, 24, 'sparse', 0.5, 10)
  expect(taken(side, database)).toHaveLength(4)
  database.close()
})

it('gives no more threads than a batch can use, and takes no more runs than memory holds', async () => {
  const database = await waiting()
  for (const [width, batchSize] of [[8], [16], [24, 10]] as const)
    measured(database, width, 'sparse', 0.5, batchSize)
  database.prepare("UPDATE runs SET status = 'finished' WHERE spec ->> '$.model.width' <> 24").run()
  const small = { threads: 1, share: 1 }
  expect(taken(new SideBySide(database, 8, 8 * GIB), database)).toEqual([small, small])
  database.prepare("UPDATE runs SET status = 'queued'").run()
  expect(taken(new SideBySide(database, 8, GIB), database)).toHaveLength(2)
  database.close()
})

it('takes one run at a time where steps are long by what they compute, whatever was measured', async () => {
  const home = temporaryFolder()
  const lab = fakeLab({ home })
  await lab.call('queue/set', { paused: true })
  const long = { model: { name: 'mlp', depth: 100, width: 256 }, training: { epochs: 1, batchSize: 128 } }
  await start(lab, { id: 'long', title: 'Long', base: long, seeds: [1, 2] })
  await lab.close()
  const database = openStore(pathsOf(home))
  const time = { backend: 'sparse', device: 'cpu', stepMs: 0.5, startSeconds: 1, stepsPerEpoch: 100 }
  recordStepTime(database, workOf(parseSpec(long)), time, '2026-11-29T00:00:00Z')
  expect(taken(new SideBySide(database, 4, 8 * GIB), database)).toEqual([{ threads: 4, share: 1 }])
  database.close()
})

it('takes as many as it is told, each with its share, and remembers the number', async () => {
  const database = await waiting()
  const side = new SideBySide(database, 4, 8 * GIB)
  side.setting = 3
  expect(taken(side, database).map(({ threads }) => threads)).toEqual([1, 1, 1])
  const next = new SideBySide(database, 4, 8 * GIB)
  expect(next.setting).toBe(3)
  expect(next.now([])).toBe(3)
  next.setting = 'auto'
  expect(new SideBySide(database, 4, 8 * GIB).setting).toBe('auto')
  database.close()
})

it('tells how much sooner runs are done: where a batch uses all threads, no sooner', async () => {
  const database = await waiting()
  const side = new SideBySide(database, 16, 16 * GIB)
  const spec = parseSpec(base(8))
  expect(side.speedup(spec, 'auto', 8)).toBe(1)
  measured(database, 8, 'sparse', 0.5)
  // Batches of 64 use four threads, so that four such runs use sixteen.
  expect(side.speedup(spec, 'auto', 8)).toBe(4)
  expect(side.speedup(spec, 'auto', 3)).toBe(3)
  expect(new SideBySide(database, 4, 16 * GIB).speedup(spec, 'auto', 8)).toBe(1)
  database.close()
})
