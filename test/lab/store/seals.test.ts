// A number that changes after its run has ended is found, whichever it is, and nothing else is.
import Database from 'better-sqlite3'
import { gunzipSync } from 'node:zlib'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import type { SealedPart } from '../../../src/shared/contract/seals.ts'
import { pathsOf } from '../../../src/lab/store/home.ts'
import { digesting, sealRun } from '../../../src/lab/store/seals.ts'
import { openStore } from '../../../src/lab/store/open.ts'
import { writePoints } from '../../../src/lab/store/metrics.ts'
import { fakeLab, fakeStudy, start, temporaryFolder, until } from '../support.ts'

vi.mock('../../../src/lab/run/pool.ts', () => import('../../fakes/no-thread.ts'))

async function finishedHome(paths: readonly string[] = ['steps=40', 'steps=20 nan=15']) {
  const home = temporaryFolder()
  const lab = fakeLab({ home })
  const ids = await start(lab, fakeStudy(paths))
  await until(lab, ids, 'finished', 'diverged')
  await lab.close()
  return { home, ids }
}

/** Changes the database as a failing memory would: past the program. */
function change(home: string, sql: string): void {
  const database = new Database(pathsOf(home).database)
  expect(database.prepare(sql).run().changes).toBeGreaterThan(0)
  database.close()
}

const CHANGES: readonly (readonly [SealedPart, string])[] = [
  ['points', 'UPDATE metrics SET value = value + 1e-15 WHERE series = 2 AND step = 7'],
  ['points', 'UPDATE metrics SET step = 1000 WHERE series = 2 AND step = 40'],
  ['points', 'UPDATE metrics SET wall = wall + 1 WHERE series = 2 AND step = 3'],
  ['points', 'UPDATE metrics SET value = NULL, kind = 1 WHERE series = 2 AND step = 9'],
  ['points', 'DELETE FROM metrics WHERE series = 2 AND step = 11'],
  ['result', "UPDATE series SET last_value = 0.99 WHERE run = 1 AND name = 'accuracy'"],
  ['result', "UPDATE series SET best_value = 0.99 WHERE run = 1 AND phase = 'test'"],
  ['result', "UPDATE series SET phase = 'test' WHERE run = 1 AND phase = 'train'"],
  ['result', 'UPDATE runs SET best_step = 10 WHERE id = 1'],
  ['result', "UPDATE runs SET status = 'diverged' WHERE id = 1"],
  ['result', "UPDATE runs SET environment = replace(environment, 'none', 'nine') WHERE id = 1"],
  ['layers', "UPDATE layers SET report = replace(report, '0.25', '0.35') WHERE run = 1"],
  ['specification', 'UPDATE runs SET seed = 2 WHERE id = 1'],
  ['specification', "UPDATE runs SET spec = replace(spec, 'sgd', 'adam') WHERE id = 1"],
]

it('names the part of every number that changed, and the run alone', { timeout: 60_000 }, async () => {
  const { home } = await finishedHome()
  const { database } = pathsOf(home)
  copyFileSync(database, `${database}.sound`)
  for (const [part, sql] of CHANGES) {
    copyFileSync(`${database}.sound`, database)
    change(home, sql)
    const lab = fakeLab({ home, start: 'none' })
    const look = await lab.call('seals/look', {})
    expect([sql, look.broken.map(({ run }) => run), look.broken[0].parts.includes(part)]).toEqual([
      sql,
      [1],
      true,
    ])
    expect(look).toMatchObject({ sound: 1, unsealed: 0, next: null })
    const rows = await lab.call('runs/list', {})
    expect(rows.map(({ brokenSeal }) => brokenSeal !== undefined)).toEqual([true, false])
    expect((await lab.call('seals/known', {})).broken.map(({ run }) => run)).toEqual([1])
    await lab.close()
  }
})

it('does not mind what users change, and forgets a mark once the run is sound again', async () => {
  const { home, ids } = await finishedHome()
  const { database } = pathsOf(home)
  copyFileSync(database, `${database}.sound`)
  change(home, CHANGES[0][1])
  const lab = fakeLab({ home, start: 'none' })
  await lab.call('runs/annotate', { ids, note: 'a note', addTags: ['x'], archived: true, starred: true })
  expect((await lab.call('seals/look', { study: 'fake' })).broken).toHaveLength(1)
  expect((await lab.call('seals/look', { ids: [2] })).broken).toEqual([])
  change(home, 'UPDATE metrics SET value = value - 1e-15 WHERE series = 2 AND step = 7')
  expect((await lab.call('seals/look', { after: 0 + 1 })).sound).toBe(1)
  expect((await lab.call('seals/look', {})).broken).toEqual([])
  expect((await lab.call('runs/get', { id: 1 })).row.brokenSeal).toBeUndefined()
})

it('says which runs have none, and seals them as they stand when asked', async () => {
  const paths = pathsOf(temporaryFolder())
  const fixture = join(import.meta.dirname, '../../fixtures/home-v1.sqlite.gz')
  writeFileSync(paths.database, gunzipSync(readFileSync(fixture)))
  const lab = fakeLab({ home: paths.home, start: 'none' })
  const before = await lab.call('seals/look', {})
  expect(before).toMatchObject({ sound: 0, broken: [] })
  expect(before.unsealed).toBeGreaterThan(0)
  expect(await lab.call('seals/add', {})).toEqual({ sealed: before.unsealed })
  expect(await lab.call('seals/look', {})).toMatchObject({ sound: before.unsealed, unsealed: 0 })
})

it('a run that came as a bundle is sealed too, and one that begins again is not', async () => {
  const { home } = await finishedHome()
  const lab = fakeLab({ home, start: 'none' })
  const file = join(home, 'fake.givens')
  await lab.call('bundle/export', { study: 'fake', file })
  const other = fakeLab({ start: 'none' })
  await other.call('bundle/import', { file })
  expect(await other.call('seals/look', {})).toMatchObject({ sound: 2, unsealed: 0 })
})

it('reads long curves in pieces, every point of them', () => {
  const database = openStore(pathsOf(temporaryFolder()))
  database
    .prepare(
      `INSERT INTO runs (identity, group_hash, seed, spec, backend, status, queue_order, created_at)
       VALUES ('a', 'b', 1, '{}', 'auto', 'finished', 1, '')`,
    )
    .run()
  const point = (step: number) =>
    ({ step, epoch: step, wall: step, phase: 'train', name: 'loss', value: 1 / step }) as const
  writePoints(
    database,
    1,
    Array.from({ length: 45_000 }, (_, step) => point(step + 1)),
  )
  sealRun(database, 1, '')
  const pieces = [...digesting(database, 1)]
  expect(pieces).toHaveLength(2)
  const seal = () => database.prepare('SELECT points FROM seals').pluck().get()
  const before = seal()
  for (const step of [1, 20_000, 20_001, 40_000, 40_001, 45_000]) {
    database.prepare('UPDATE metrics SET value = value * 2 WHERE step = ?').run(step)
    sealRun(database, 1, '')
    expect([step, seal()]).not.toEqual([step, before])
    database.prepare('UPDATE metrics SET value = value / 2 WHERE step = ?').run(step)
  }
  sealRun(database, 1, '')
  expect(seal()).toBe(before)
  database.close()
})
