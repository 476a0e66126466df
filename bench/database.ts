/**
 * A large home and what the lab's doors take on it: `database --home DIR [--runs N] [--rows N] [--curves N]
 * [--points N] [--json FILE]`. The home is made when there is none: by default 10,000 runs of some 200
 * columns, 20 million metric rows, 50 curves of 100,000 points. Times are medians of five calls after one.
 */
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Lab } from '../src/lab/lab.ts'
import { openLab } from '../src/lab/lab.ts'
import { pathsOf } from '../src/lab/store/home.ts'
import { openStore } from '../src/lab/store/open.ts'
import { fields } from '../src/shared/spec/fields.ts'
import { COMPARED, makeDatabase, REST } from './make-database.ts'

const { values: options } = parseArgs({
  options: {
    home: { type: 'string' },
    runs: { type: 'string', default: '10000' },
    rows: { type: 'string', default: '20000000' },
    curves: { type: 'string', default: '50' },
    points: { type: 'string', default: '100000' },
    repeat: { type: 'string', default: '5' },
    remake: { type: 'boolean', default: false },
    'make-only': { type: 'boolean', default: false },
    json: { type: 'string' },
  },
})

const REPEAT = Number(options.repeat)
/** Facts of a run that the table shows, with those of bench/make-database.ts. */
const FACTS = [
  'id',
  'status',
  'study',
  'labels',
  'progress',
  'seconds',
  'step',
  'backend',
  'device',
  'created',
]
const MORE_FACTS = ['finished', 'error', 'starred', 'tags', 'note']

interface Measured {
  readonly what: string
  readonly ms: number
  /** Milliseconds that it may take; null where none was set. */
  readonly limit: number | null
  readonly detail: string
}
const measured: Measured[] = []

function tell(what: string, ms: number, limit: number | null, detail: string): void {
  measured.push({ what, ms, limit, detail })
  const verdict = limit === null ? '' : ms <= limit ? `of ${limit}` : `ABOVE ${limit}`
  console.log(`${what.padEnd(46)} ${ms.toFixed(0).padStart(7)} ms  ${verdict.padEnd(12)} ${detail}`)
}

async function timed<T>(call: () => Promise<T> | T): Promise<[ms: number, answer: T]> {
  const begun = performance.now()
  const answer = await call()
  return [performance.now() - begun, answer]
}

/** The median of REPEAT calls after one that warms up. */
async function median(call: () => Promise<unknown>): Promise<number> {
  await call()
  const times: number[] = []
  for (let round = 0; round < REPEAT; round++) times.push((await timed(call))[0])
  return times.sort((a, b) => a - b)[Math.floor(REPEAT / 2)]
}

const open = (home: string): Lab =>
  openLab({
    home,
    workerUrl: new URL('../src/lab/threads/worker.ts', import.meta.url),
    role: 'a benchmark',
    start: 'none',
  })

async function sortEveryColumn(lab: Lab): Promise<void> {
  const { metrics, labels } = await lab.call('runs/columns', {})
  const columns = [
    ...[...FACTS, ...MORE_FACTS, ...fields().map(({ path }) => path)],
    ...labels.map((label) => `label:${label}`),
    ...metrics.flatMap((metric) => [`last:${metric}`, `best:${metric}`]),
  ]
  const times: { column: string; ms: number }[] = []
  for (const column of columns) {
    const ms = await median(() =>
      lab.call('runs/query', { sort: [{ column, descending: true }], limit: 100 }),
    )
    times.push({ column, ms })
  }
  times.sort((a, b) => b.ms - a.ms)
  const middle = times[Math.floor(times.length / 2)].ms.toFixed(0)
  const slowest = times[0]
  tell(
    'sort by any column, page of 100',
    slowest.ms,
    200,
    `slowest of ${columns.length}: ${slowest.column}; median ${middle} ms`,
  )
}

async function curves(lab: Lab, home: string): Promise<void> {
  const runs = (await lab.call('runs/query', { study: COMPARED, limit: 0 })).ids.slice(
    0,
    Number(options.curves),
  )
  const chart = () => lab.call('runs/series', { runs, phase: 'train', name: 'loss', pixels: 800 })
  const shape = (series: Awaited<ReturnType<typeof chart>>): string => {
    const [total, drawn] = [series[0].total, Math.max(...series.map(({ steps }) => steps.length))]
    return `${series.length} curves of ${total} points, at most ${drawn} drawn on 800 pixels`
  }
  const unsealed = openStore(pathsOf(home))
  unsealed.exec('DELETE FROM curve_chunks')
  unsealed.close()
  const [first, series] = await timed(chart)
  tell('chart of curves of an older home, first time', first, null, shape(series))
  tell('chart of curves', await median(chart), 500, shape(series))
  const zoom = () =>
    lab.call('runs/series', { runs, phase: 'train', name: 'loss', pixels: 800, from: 40_000, to: 60_000 })
  tell('the same, zoomed to a fifth', await median(zoom), 500, shape(await zoom()))
}

async function main(): Promise<void> {
  const { home } = options
  if (home === undefined) throw new Error('--home names the folder of the database; it is made when missing')
  const paths = pathsOf(home)
  if (options.remake) rmSync(paths.database, { force: true })
  if (!existsSync(paths.database)) {
    const [ms, made] = await timed(() =>
      makeDatabase(home, {
        runs: Number(options.runs),
        rows: Number(options.rows),
        curves: Number(options.curves),
        points: Number(options.points),
      }),
    )
    console.log(
      `made ${made.runs} runs, ${made.series} series, ${made.rows} rows in ${(ms / 1000).toFixed(0)} s`,
    )
  }
  if (options['make-only']) return
  const [openMs, lab] = await timed(() => open(home))
  try {
    const [pageMs, page] = await timed(() => lab.call('runs/query', { limit: 100 }))
    const gigabytes = (statSync(paths.database).size / 1e9).toFixed(2)
    tell(
      'open, and the first page of the runs',
      openMs + pageMs,
      3000,
      `${page.ids.length} runs, ${gigabytes} GB`,
    )
    tell('first page again', await median(() => lab.call('runs/query', { limit: 100 })), null, '100 rows')
    await sortEveryColumn(lab)
    const filtered = () =>
      lab.call('runs/query', {
        words: 'erk',
        filters: [{ column: 'last:test.accuracy', relation: '>', value: '0.5' }],
        sort: [{ column: 'best:test.accuracy', descending: true }],
        limit: 100,
      })
    tell(
      'search, filter and sort',
      await median(filtered),
      200,
      `${(await filtered()).ids.length} runs match`,
    )
    tell('columns, labels and tags in use', await median(() => lab.call('runs/columns', {})), null, '')
    const compare = () =>
      lab.call('compare/table', { study: COMPARED, metric: 'test.accuracy', at: 'best-validation' })
    const { rows } = await compare()
    tell('compare', await median(compare), 500, `${rows.length} groups of ${rows[0].n} seeds`)
    const twoWay = () =>
      lab.call('compare/two-way', {
        study: REST,
        metric: 'test.accuracy',
        at: 'last',
        rows: ['Scheme'],
        columns: ['Density'],
      })
    const [first, table] = await timed(twoWay)
    const shape = `${table.rows.length} × ${table.columnHeads.length} cells of all other runs`
    tell('two-way table of a large study, first time', first, null, shape)
    tell('two-way table of a large study', await median(twoWay), 500, shape)
    const keys = () => lab.call('compare/keys', { study: REST })
    tell('what such a study can be arranged by', await median(keys), null, `${(await keys()).length} keys`)
    tell('studies with their counts', await median(() => lab.call('studies/list', {})), null, '')
    await curves(lab, home)
    tell(
      'all rows at once (runs/list)',
      (await timed(() => lab.call('runs/list', {})))[0],
      null,
      'what pages avoid',
    )
  } finally {
    await lab.close()
  }
  console.log(`memory of the process at its end: ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`)
  if (options.json) writeFileSync(options.json, `${JSON.stringify(measured, null, 2)}\n`)
  if (measured.some(({ ms, limit }) => limit !== null && ms > limit)) process.exitCode = 1
}

await main()
