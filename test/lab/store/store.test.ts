import Database from 'better-sqlite3'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { MetricPoint } from '../../../src/shared/contract/run.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { Recorder } from '../../../src/lab/run/recorder.ts'
import { readSeries } from '../../../src/lab/store/curves.ts'
import { pathsOf } from '../../../src/lab/store/home.ts'
import { rewind, writePoints } from '../../../src/lab/store/metrics.ts'
import { summaries } from '../../../src/lab/store/summaries.ts'
import { MIGRATIONS } from '../../../src/lab/store/migrations/index.ts'
import { openReader, openStore } from '../../../src/lab/store/open.ts'
import type { Connection } from '../../../src/lab/store/open.ts'
import { listCheckpoints, recordCheckpoint } from '../../../src/lab/store/artifacts.ts'
import { writeSetting } from '../../../src/lab/store/settings.ts'
import { addRun, claimRun } from '../../../src/lab/store/runs.ts'
import { temporaryFolder } from '../support.ts'

const NOW = '2026-01-01T00:00:00.000Z'

function store(given: Record<string, unknown> = {}): { database: Connection; run: number } {
  const database = openStore(pathsOf(temporaryFolder()))
  const spec = parseSpec(given)
  const run = addRun(database, { identity: 'i1', group: 'g', spec, backend: 'auto' }, NOW)
  return { database, run }
}

const point = (
  step: number,
  value: number,
  name = 'loss',
  phase: MetricPoint['phase'] = 'train',
): MetricPoint => ({ step, epoch: step / 10, wall: step, phase, name, value })

describe('migrations', () => {
  it('make the schema of the present version, whose tables are these', () => {
    const { database } = store()
    expect(database.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length)
    expect(
      database
        .prepare(
          "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1",
        )
        .pluck()
        .all(),
    ).toEqual([
      'artifacts',
      'cluster_runs',
      'cluster_submissions',
      'curve_chunks',
      'events',
      'layers',
      'method_contents',
      'methods',
      'metrics',
      'own_contents',
      'own_names',
      'runs',
      'seals',
      'series',
      'settings',
      'step_times',
      'studies',
      'study_runs',
      'views',
    ])
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
  })

  it('refuse a newer database, naming both versions, and leave its bytes alone', () => {
    const paths = pathsOf(temporaryFolder())
    const newer = new Database(paths.database)
    newer.exec('CREATE TABLE future (x); PRAGMA user_version = 99')
    newer.close()
    const bytes = readFileSync(paths.database)
    const upTo = new RegExp(`version 99.*up to ${MIGRATIONS.length}`)
    expect(() => openStore(paths)).toThrow(upTo)
    expect(() => openReader(paths)).toThrow(upTo)
    expect(readFileSync(paths.database).equals(bytes)).toBe(true)
  })

  it('stop at the first error, keep what was there, and leave a backup', () => {
    const paths = pathsOf(temporaryFolder())
    const database = openStore(paths)
    addRun(database, { identity: 'i', group: 'g', spec: parseSpec({}), backend: 'auto' }, NOW)
    database.close()
    const bad = [
      ...MIGRATIONS,
      {
        version: MIGRATIONS.length + 1,
        name: 'bad',
        sql: 'CREATE TABLE three (x); INSERT INTO nowhere VALUES (1)',
      },
    ]
    expect(() => openStore(paths, { migrations: bad })).toThrow(/nowhere/)
    const after = openStore(paths)
    expect(after.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length)
    expect(after.prepare("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'three'").pluck().get()).toBe(0)
    expect(after.prepare('SELECT COUNT(*) FROM runs').pluck().get()).toBe(1)
    const backup = readdirSync(paths.home).find((name) => name.endsWith('.backup'))
    const copy = new Database(`${paths.home}/${backup}`, { readonly: true })
    expect(copy.prepare('SELECT COUNT(*) FROM runs').pluck().get()).toBe(1)
    copy.close()
    after.close()
  })

  it('say that a file is no database', () => {
    const paths = pathsOf(temporaryFolder())
    writeFileSync(paths.database, 'no database at all, whatever its name says; long enough to be read')
    expect(() => openStore(paths)).toThrow(/is not a database of this program/)
    expect(existsSync(paths.database)).toBe(true)
  })
})

describe('metrics', () => {
  it('NaN and infinities come back as themselves, in curves and summaries', () => {
    const { database, run } = store()
    const values = [1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0.5]
    writePoints(
      database,
      run,
      values.map((value, step) => point(step, value)),
    )
    expect(readSeries(database, run, 'train', 'loss', 100).values).toEqual(values)
    writePoints(database, run, [point(9, Number.NaN)])
    expect(summaries(database).get(run)?.last['train.loss']).toBeNaN()
  })

  it('a step written twice is one point', () => {
    const { database, run } = store()
    writePoints(database, run, [point(1, 1), point(2, 2), point(2, 3)])
    expect(readSeries(database, run, 'train', 'loss', 100)).toMatchObject({
      steps: [1, 2],
      values: [1, 3],
      total: 2,
    })
  })

  it('rewinding gives the summaries that writing only the kept points gives', () => {
    const all = Array.from({ length: 40 }, (_, step) => [
      point(step, Math.sin(step)),
      point(step, Math.cos(step), 'accuracy', 'validation'),
      point(step, step, 'isometry-loss', 'initialization'),
    ]).flat()
    const rewound = store()
    writePoints(rewound.database, rewound.run, all)
    rewind(rewound.database, rewound.run, 17)
    const direct = store()
    writePoints(
      direct.database,
      direct.run,
      all.filter(({ step, phase }) => step <= 17 || phase === 'initialization'),
    )
    expect(summaries(rewound.database)).toEqual(summaries(direct.database))
    expect(rewound.database.prepare('SELECT best_step, best_accuracy FROM runs').all()).toEqual(
      direct.database.prepare('SELECT best_step, best_accuracy FROM runs').all(),
    )
    rewind(rewound.database, rewound.run, -1)
    expect(summaries(rewound.database).size).toBe(0)
  })

  it('what was best before the density fell is no measure of the network after', () => {
    const accuracy = (step: number, value: number) => point(step, value, 'accuracy', 'validation')
    const density = (step: number, value: number) => point(step, value, 'density')
    // Rounds of two steps: what a round reached is told at its last step, before its masks go.
    const all = [
      [accuracy(0, 0.1), accuracy(2, 0.9), density(2, 0.8), accuracy(4, 0.7), density(4, 0.64)],
      [accuracy(6, 0.6), accuracy(7, 0.65), accuracy(8, 0.5)],
    ].flat()
    const { database, run } = store()
    const best = (): unknown =>
      database.prepare('SELECT best_step AS step, best_accuracy AS value FROM runs').get()
    writePoints(database, run, all)
    expect(best()).toEqual({ step: 7, value: 0.65 })
    rewind(database, run, 6)
    expect(best()).toEqual({ step: 6, value: 0.6 })
    rewind(database, run, 4)
    expect(best()).toEqual({ step: null, value: null })
    writePoints(database, run, [accuracy(6, 0.55)])
    expect(best()).toEqual({ step: 6, value: 0.55 })
  })

  it('the best step of a language model is that of the least perplexity, before a rewind and after', () => {
    const { database, run } = store({ model: { name: 'gpt' }, data: { name: 'text' } })
    const at = (step: number, perplexity: number, accuracy: number) => [
      point(step, accuracy, 'accuracy', 'validation'),
      point(step, perplexity, 'perplexity', 'validation'),
    ]
    writePoints(database, run, [...at(1, 9, 0.1), ...at(2, 4, 0.3), ...at(3, 3, 0.2), ...at(4, 5, 0.6)])
    expect(summaries(database).get(run)?.best).toEqual({
      'validation.accuracy': 0.2,
      'validation.perplexity': 3,
    })
    rewind(database, run, 2)
    expect(summaries(database).get(run)?.best['validation.perplexity']).toBe(4)
    writePoints(database, run, at(3, 4.5, 0.9))
    expect(summaries(database).get(run)?.best['validation.accuracy']).toBe(0.3)
  })

  it('decimation keeps the ends, the extremes and the gaps of every stretch', () => {
    const { database, run } = store()
    const values = Array.from(
      {
        length: 20_000,
      },
      (_, step) => (step === 12_345 ? 50 : step === 777 ? Number.NaN : Math.sin(step / 500)),
    )
    database.transaction(() =>
      writePoints(
        database,
        run,
        values.map((value, step) => point(step, value)),
      ),
    )()
    const series = readSeries(database, run, 'train', 'loss', 400)
    expect(series.total).toBe(20_000)
    expect(series.steps.length).toBeLessThanOrEqual(402)
    expect(series.steps.length).toBeGreaterThan(300)
    expect([series.steps[0], series.steps.at(-1)]).toEqual([0, 19_999])
    expect(series.values[series.steps.indexOf(12_345)]).toBe(50)
    expect(series.values[series.steps.indexOf(777)]).toBeNaN()
    expect(series.steps.every((step, index) => Object.is(series.values[index], values[step]))).toBe(true)
    expect([...series.steps].sort((a, b) => a - b)).toEqual(series.steps)
  })
})

describe('the queue in the store', () => {
  it('two connections never claim one run', () => {
    const paths = pathsOf(temporaryFolder())
    const [a, b] = [openStore(paths), openStore(paths)]
    for (let index = 0; index < 50; index++)
      addRun(a, { identity: `i${index}`, group: 'g', spec: parseSpec({}), backend: 'auto' }, NOW)
    const claimed = Array.from(
      { length: 60 },
      (_, index) => claimRun(index % 3 === 0 ? a : b, { lab: 'x', pid: 1 }, NOW)?.id,
    )
    const ids = claimed.filter((id) => id !== undefined)
    expect(ids).toHaveLength(50)
    expect(new Set(ids).size).toBe(50)
    a.close()
    b.close()
  })

  it('a full disk drops nothing: what could not be written is written when there is room', () => {
    const { database, run } = store()
    const pages = database.pragma('page_count', { simple: true }) as number
    database.pragma(`max_page_count = ${pages + 2}`)
    const recorder = new Recorder(database)
    const points = Array.from({ length: 5000 }, (_, step) => point(step, step))
    recorder.add((connection) => writePoints(connection, run, points))
    expect(recorder.flush()).toBe(false)
    expect(recorder.blocked).toMatchObject({ code: 'disk-full' })
    expect(readSeries(database, run, 'train', 'loss', 10_000).total).toBe(0)
    database.pragma('max_page_count = 1000000')
    expect(recorder.flush()).toBe(true)
    expect(recorder.blocked).toBeNull()
    expect(readSeries(database, run, 'train', 'loss', 10_000).total).toBe(5000)
  })
})

describe('checkpoints of a run', () => {
  it('are the last, and as many evenly spread before it as the home keeps', () => {
    const database = openStore(pathsOf(temporaryFolder()))
    const at = '2026-01-01T00:00:00Z'
    const run = addRun(database, { identity: 'a', group: 'g', spec: parseSpec({}), backend: 'auto' }, at)
    const removed: string[] = []
    const record = (step: number) => {
      const file = `${step}.st`
      removed.push(...recordCheckpoint(database, { run, step, seconds: 1, hash: file, file, bytes: 1 }, at))
    }
    const steps = () => listCheckpoints(database, run).map(({ step }) => step)
    for (const step of [1, 2, 3]) record(step)
    expect(steps()).toEqual([3])
    expect(removed).toEqual(['1.st', '2.st'])
    writeSetting(database, 'checkpoints.kept', '3')
    for (let step = 10; step <= 100; step += 10) record(step)
    const kept = steps()
    expect(kept).toHaveLength(4)
    expect(kept.at(-1)).toBe(100)
    const gaps = kept.map((step, index) => step - (kept[index - 1] ?? 0))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(40)
    // A run that begins again forgets what was ahead of it.
    record(35)
    expect(steps().every((step) => step <= 35)).toBe(true)
    database.close()
  })
})
