import Database from 'better-sqlite3'
import { gunzipSync } from 'node:zlib'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { pathsOf } from '../../../src/lab/store/home.ts'
import type { HomePaths } from '../../../src/lab/store/home.ts'
import { MIGRATIONS } from '../../../src/lab/store/migrations/index.ts'
import { openReader, openStore } from '../../../src/lab/store/open.ts'
import { fakeLab, temporaryFolder } from '../support.ts'

/** A home that the program of schema version 1 wrote: six runs of the quick start, one paused, one queued. */
function oldHome(): HomePaths {
  const paths = pathsOf(temporaryFolder())
  const fixture = join(import.meta.dirname, '../../fixtures/home-v1.sqlite.gz')
  writeFileSync(paths.database, gunzipSync(readFileSync(fixture)))
  return paths
}

const TABLES = [
  'runs',
  'series',
  'metrics',
  'layers',
  'events',
  'studies',
  'study_runs',
  'settings',
  'step_times',
]

function contents(file: string): Record<string, Record<string, unknown>[]> {
  const database = new Database(file, { readonly: true })
  try {
    return Object.fromEntries(
      TABLES.map((table) => [
        table,
        database.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`).all(),
      ]),
    )
  } finally {
    database.close()
  }
}

it('a home of version 1 upgrades without loss, and leaves a backup of itself', () => {
  const paths = oldHome()
  const before = contents(paths.database)
  expect(before['runs']).toHaveLength(6)
  expect(before['metrics'].length).toBeGreaterThan(1000)
  expect(() => openReader(paths)).toThrow(/older schema version 1/)
  openStore(paths).close()
  const after = contents(paths.database)
  for (const table of TABLES) {
    const own = Object.keys(before[table][0] ?? {})
    expect(after[table].map((row) => Object.fromEntries(own.map((key) => [key, row[key]])))).toEqual(
      before[table],
    )
  }
  expect(after['runs'].map((row) => row['priority'])).toEqual(before['runs'].map(() => 0))
  const backups = readdirSync(paths.home).filter((name) => name.endsWith('.backup'))
  expect(backups).toHaveLength(1)
  expect(backups[0]).toMatch(/^bench\.sqlite\.v1-/)
  expect(contents(join(paths.home, backups[0]))).toEqual(before)
})

it('the schema after all migrations is that of a new home', () => {
  const [old, fresh] = [oldHome(), pathsOf(temporaryFolder())]
  const schema = (paths: HomePaths) => {
    const database = openStore(paths)
    const rows = database
      .prepare<[], { name: string; sql: string | null }>(
        "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name",
      )
      .all()
    expect(database.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length)
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(database.pragma('foreign_key_check')).toEqual([])
    database.close()
    return rows
  }
  expect(schema(old)).toEqual(schema(fresh))
})

it('an upgraded home works on: its curves, comparison, notes and queue are there', async () => {
  const paths = oldHome()
  const before = contents(paths.database)
  const lab = fakeLab({ home: paths.home, start: 'none' })
  const rows = await lab.call('runs/list', { study: 'quick-start' })
  expect(rows).toHaveLength(6)
  expect(rows.find(({ note }) => note !== '')).toMatchObject({ tags: ['kept'], note: 'A note of version 1' })
  const waiting = before['runs']
    .filter((row) => row['status'] === 'queued' || row['status'] === 'paused')
    .sort((a, b) => Number(a['queue_order']) - Number(b['queue_order']))
  expect((await lab.call('queue/list', {})).map(({ run }) => run)).toEqual(waiting.map((row) => row['id']))
  const [series] = await lab.call('runs/series', {
    runs: [rows[0].id],
    phase: 'train',
    name: 'loss',
    pixels: 500,
  })
  const id = before['series'].find(
    (each) => each['run'] === rows[0].id && each['phase'] === 'train' && each['name'] === 'loss',
  )?.['id']
  expect(series.values).toEqual(
    before['metrics'].filter((row) => row['series'] === id).map((row) => row['value']),
  )
  const table = await lab.call('compare/table', { study: 'quick-start', metric: 'test.accuracy', at: 'last' })
  // What is queued or paused still is counted apart.
  const ended = rows.filter(({ status }) => status === 'finished' || status === 'diverged')
  const groups = [...new Set(rows.map(({ group }) => group))]
  expect(table.rows.map(({ n }) => n)).toEqual(
    groups.map((group) => ended.filter((row) => row.group === group).length),
  )
  expect(table.rows.map(({ n }) => n)).toEqual([2, 2, 0])
})
