// The lab looks by itself while nothing runs, tells what it finds once, and stops when it is closed.
import Database from 'better-sqlite3'
import { afterEach, expect, it, vi } from 'vitest'
import type { RunRow } from '../../../src/shared/contract/lab.ts'
import { pathsOf } from '../../../src/lab/store/home.ts'
import { fakeLab, fakeStudy, start, temporaryFolder, until } from '../support.ts'

vi.mock('../../../src/lab/run/pool.ts', () => import('../../fakes/no-thread.ts'))
afterEach(() => void vi.useRealTimers())

/** Lets the lab's promises and turns go on. */
async function settle(turns = 200): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
}

const lookedAt = (home: string): (string | null)[] => {
  const database = new Database(pathsOf(home).database, { readonly: true })
  const all = database.prepare<[], string | null>('SELECT looked_at FROM seals ORDER BY run').pluck().all()
  database.close()
  return all
}

it('looks at every run once a month, and tells of one that changed', async () => {
  const home = temporaryFolder()
  const first = fakeLab({ home })
  await until(first, await start(first, fakeStudy(['steps=20', 'steps=25'])), 'finished')
  await first.close()
  const database = new Database(pathsOf(home).database)
  database.exec('UPDATE metrics SET value = value + 1 WHERE step = 7')
  database.close()
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] })
  let days = 0
  const now = () => new Date(Date.UTC(2030, 0, 1 + days))
  const lab = fakeLab({ home, now })
  const told: RunRow[] = []
  lab.on('run/changed', (row) => told.push(row))
  await vi.advanceTimersByTimeAsync(50_000)
  await settle()
  expect(lookedAt(home)).toEqual([null, null])
  await vi.advanceTimersByTimeAsync(20_000)
  await settle()
  expect(lookedAt(home)).toEqual([now().toISOString(), now().toISOString()])
  expect(told.map(({ id, brokenSeal }) => [id, brokenSeal?.includes('points')])).toEqual([
    [1, true],
    [2, true],
  ])
  // Known now; looked at again after a month, and not told again.
  days = 10
  await vi.advanceTimersByTimeAsync(20_000)
  await settle()
  expect(lookedAt(home)).toEqual([new Date(Date.UTC(2030, 0, 1)).toISOString(), expect.anything()])
  expect(lookedAt(home)[1]).toBe(lookedAt(home)[0])
  days = 31
  await vi.advanceTimersByTimeAsync(20_000)
  await settle()
  expect(lookedAt(home)).toEqual([now().toISOString(), now().toISOString()])
  expect(told).toHaveLength(2)
  await lab.close()
  days = 100
  await vi.advanceTimersByTimeAsync(120_000)
  await settle()
  expect(lookedAt(home)[0]).toBe(new Date(Date.UTC(2030, 0, 32)).toISOString())
})
