// After a power cut the database may be older than the checkpoints beside it.
import {
  appendFileSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { pathsOf } from '../../../src/lab/store/home.ts'
import { openStore } from '../../../src/lab/store/open.ts'
import {
  curve,
  expectedCurve,
  fakeLab,
  fakeStudy,
  start,
  temporaryFolder,
  until,
  untilStep,
} from '../support.ts'

vi.mock('../../../src/lab/run/pool.ts', () => import('../../fakes/no-thread.ts'))

/** A home with a run paused twice; its database is that of the first pause, its folder of the second. */
async function cut(spoil: (folder: string) => void) {
  const home = temporaryFolder()
  const paths = pathsOf(home)
  const lab = fakeLab({ home, checkpointEveryMs: 1e9 })
  const [id] = await start(lab, fakeStudy(['steps=120 ms=2']))
  const steps: number[] = []
  for (const place of [20, 60]) {
    await untilStep(lab, id, place)
    await lab.call('runs/pause', { ids: [id] })
    const [row] = await until(lab, [id], 'paused')
    steps.push(row.step)
    if (place === 20) {
      const database = openStore(paths)
      database.pragma('wal_checkpoint(TRUNCATE)')
      database.close()
      copyFileSync(paths.database, `${paths.database}.old`)
      await lab.call('runs/resume', { ids: [id] })
    }
  }
  await lab.close()
  renameSync(`${paths.database}.old`, paths.database)
  spoil(paths.checkpoints)
  const after = fakeLab({ home })
  await after.call('runs/resume', { ids: [id] })
  await until(after, [id], 'finished')
  const { events, row } = await after.call('runs/get', { id })
  const loss = await curve(after, id)
  return {
    steps,
    loss,
    best: row.best,
    messages: events.map(({ message }) => message),
    files: readdirSync(paths.checkpoints),
  }
}

const told = (messages: readonly string[]): readonly string[] =>
  messages.filter((text) => text.includes('The database did not know the checkpoint'))

it('goes on from a sound checkpoint that the database does not know, with the whole curve', async () => {
  const { steps, messages, loss, best, files } = await cut(() => undefined)
  expect(told(messages)).toEqual([expect.stringContaining(`checkpoint of step ${steps[1]},`)])
  expect(messages.some((text) => text.includes('starts again'))).toBe(false)
  expect(loss).toEqual(expectedCurve(1, 120))
  const accuracies = expectedCurve(1, 120).flatMap(([step, value]) => (step % 10 === 0 ? [value] : []))
  expect(best['validation.accuracy']).toBe(Math.max(...accuracies))
  expect(files.filter((name) => name.endsWith('.trail'))).toEqual([])
})

it('and starts again where that file is damaged', async () => {
  const { messages, loss } = await cut((folder) => {
    for (const name of readdirSync(folder))
      if (name.endsWith('.safetensors')) appendFileSync(join(folder, name), 'x')
  })
  expect(messages.some((text) => text.includes('starts again'))).toBe(true)
  expect(loss).toEqual(expectedCurve(1, 120))
})

it.each(['removed', 'damaged'])('or where its trail is %s', async (how) => {
  const { messages, loss } = await cut((folder) => {
    const trail = join(folder, readdirSync(folder).find((name) => name.endsWith('.trail')) ?? '')
    if (how === 'removed') rmSync(trail)
    else writeFileSync(trail, readFileSync(trail, 'utf8').slice(0, -200))
  })
  expect(told(messages)).toEqual([])
  expect(messages.some((text) => text.includes('starts again'))).toBe(true)
  expect(loss).toEqual(expectedCurve(1, 120))
})
