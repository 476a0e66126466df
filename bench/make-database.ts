/** Makes a large home: runs of a grid with believable numbers, written as the lab's own tables. */
import { groupOf, identityOf } from '../src/shared/spec/identity.ts'
import { parseSpec, parseStudy } from '../src/shared/spec/parse.ts'
import type { RunSpec } from '../src/shared/spec/schema.ts'
import { kindOf, toStored } from '../src/lab/store/number.ts'
import { pathsOf } from '../src/lab/store/home.ts'
import { openStore } from '../src/lab/store/open.ts'
import type { Connection } from '../src/lab/store/open.ts'
import { saveStudy } from '../src/lab/store/studies.ts'

/** The study of 60 groups by 5 seeds. */
export const COMPARED = 'scale-compare'
/** The study of all other runs. */
export const REST = 'scale-rest'
const SEEDS = 5
const SCHEMES = ['base', 'ai', 'eoi'] as const
const DISTRIBUTIONS = ['uniform', 'erk', 'snip', 'grasp', 'synflow'] as const
const DENSITIES = [0.02, 0.05, 0.1, 0.2]
const RATES = [0.001, 0.003, 0.01, 0.03, 0.1]
const DEPTHS = [4, 6, 8, 12, 16, 24, 32, 48, 64, 100]
const ACTIVATIONS = ['tanh', 'relu', 'selu', 'leaky-relu'] as const
/** Metrics beside the usual ones, so that a table has about 200 columns. */
const MORE_METRICS = Array.from({ length: 48 }, (_, k) => `layer-${String(k + 1).padStart(2, '0')}`)
const NOW = '2026-01-01T00:00:00.000Z'

export interface DatabaseSize {
  readonly runs: number
  /** Metric rows, about. */
  readonly rows: number
  /** Runs whose training curve has `points` points. */
  readonly curves: number
  readonly points: number
}

interface Grid {
  readonly spec: RunSpec
  readonly labels: Record<string, string>
}

/** Group g of the grid: mixed-radix digits of g over the axes. */
function pointOf(g: number): Omit<Grid, 'spec'> & { input: Record<string, unknown> } {
  let rest = g
  const pick = <T>(list: readonly T[]): T => {
    const chosen = list[rest % list.length]
    rest = Math.floor(rest / list.length)
    return chosen
  }
  const [scheme, distribution, density] = [pick(SCHEMES), pick(DISTRIBUTIONS), pick(DENSITIES)]
  const [learningRate, depth, activation] = [pick(RATES), pick(DEPTHS), pick(ACTIVATIONS)]
  const labels = {
    Density: String(density),
    Scheme: `${distribution === 'snip' ? 'SNIP' : distribution}-${scheme}`,
    Rate: String(learningRate),
    Depth: String(depth),
  }
  const input = {
    model: { name: 'mlp', depth, width: 100 + rest, activation },
    data: { name: 'mnist' },
    sparsity: { density, distribution },
    initialization: { scheme },
    training: { learningRate },
  }
  return { input, labels }
}

/** Numbers on [0, 1) that any machine makes alike. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** Writes the home’s database; it must not exist. The answer counts what was written. */
export function makeDatabase(
  home: string,
  size: DatabaseSize,
): { runs: number; series: number; rows: number } {
  const database = openStore(pathsOf(home))
  // A database that is only being made has nothing to lose.
  database.pragma('synchronous = OFF')
  const counted = { runs: 0, series: 0, rows: 0 }
  const perRun = Math.max(0, Math.floor((size.rows - size.curves * size.points) / size.runs))
  const writer = writerOf(database)
  const uniform = generator(1)
  try {
    for (let run = 0; run < size.runs;) {
      database.transaction(() => {
        for (const end = Math.min(size.runs, run + 500); run < end; run++) {
          const long = run < size.curves ? size.points : 0
          const { series, rows } = writer(run, Math.max(perRun, 100), long, uniform)
          counted.runs++
          counted.series += series
          counted.rows += rows
        }
      })()
    }
    for (const id of [COMPARED, REST])
      saveStudy(database, parseStudy({ id, title: `Scale: ${id}`, base: {}, axes: [], seeds: [1] }), NOW)
    database.exec('ANALYZE')
  } finally {
    database.close()
  }
  return counted
}

function writerOf(database: Connection) {
  const insertRun = database.prepare(`
    INSERT INTO runs
      (id, identity, group_hash, seed, spec, backend, status, queue_order, backend_used, device, created_at,
      started_at, finished_at, step, total_steps, seconds, best_step, best_accuracy, tags, note,
      starred)
    VALUES (?, ?, ?, ?, ?, 'auto', ?, ?, 'tensorflow', 'cpu', ?, ?, ?, 1000, 1000, ?, 900, ?, ?, ?, ?)`)
  const link = database.prepare('INSERT INTO study_runs (study, run, position, labels) VALUES (?, ?, ?, ?)')
  const insertSeries = database.prepare(`
    INSERT INTO series
      (id, run, phase, name, last_step, last_value, last_kind, best_value, best_kind, low, high)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const insertPoint = database.prepare(
    'INSERT INTO metrics (series, step, epoch, wall, value, kind) VALUES (?, ?, ?, ?, ?, ?)',
  )
  let seriesId = 0
  return (index: number, perRun: number, long: number, uniform: () => number) => {
    const id = index + 1
    const { input, labels } = pointOf(Math.floor(index / SEEDS))
    const spec = parseSpec({ ...input, seed: (index % SEEDS) + 1 })
    const accuracy = 0.1 + 0.88 * uniform()
    const status = index % 97 === 96 ? 'failed' : index % 61 === 60 ? 'diverged' : 'finished'
    const at = new Date(Date.parse(NOW) + index * 60_000).toISOString()
    const tags = index % 10 === 0 ? JSON.stringify([`batch-${index % 7}`, 'paper']) : '[]'
    const note = index % 50 === 0 ? `Looked at on day ${index % 31}` : ''
    const [identity, group, text] = [identityOf(spec), groupOf(spec), JSON.stringify(spec)]
    insertRun.run(
      ...[id, identity, group, spec.seed, text, status, id, at, at, at],
      ...[10 + 100 * uniform(), accuracy, tags, note, Number(index % 200 === 0)],
    )
    const study = index < 60 * SEEDS ? COMPARED : REST
    link.run(study, id, index, JSON.stringify(labels))
    const counted = { series: 0, rows: 0 }
    const write = (phase: string, name: string, points: number, value: (part: number) => number): void => {
      seriesId++
      let [low, high]: (number | null)[] = [null, null]
      let last = 0
      const begun = counted.rows
      // The series first: its points refer to it. Its summary follows from the points.
      const values = Array.from({ length: points }, (_, point) => value((point + 1) / points))
      for (const each of values) {
        if (Number.isFinite(each)) {
          low = low === null ? each : Math.min(low, each)
          high = high === null ? each : Math.max(high, each)
        }
        last = each
      }
      const best = values[Math.floor(0.9 * (points - 1))]
      insertSeries.run(
        ...[seriesId, id, phase, name, points, toStored(last), kindOf(last)],
        ...[toStored(best), kindOf(best), low, high],
      )
      values.forEach((each, point) =>
        insertPoint.run(seriesId, point + 1, point / 100, point / 20, toStored(each), kindOf(each)),
      )
      counted.series++
      counted.rows = begun + points
    }
    const curve = (part: number) => (1 - accuracy) * part + 2.3 * Math.exp(-4 * part) + 0.1 * uniform()
    const evaluations = 6
    const single = 6 + MORE_METRICS.length
    const each = Math.max(8, Math.floor((perRun - single - 4 * evaluations) / 3))
    // Some diverge, some have holes: NaN and infinities are values.
    const holed = (part: number) => (status === 'diverged' && part > 0.99 ? NaN : curve(part))
    write('train', 'loss', long || each, holed)
    write('train', 'accuracy', each, (part) => accuracy * part)
    write('train', 'learning-rate', each, (part) => spec.training.learningRate * (1 - part))
    for (const phase of ['validation', 'test']) {
      write(phase, 'loss', evaluations, curve)
      write(phase, 'accuracy', evaluations, (part) => accuracy * (0.5 + 0.5 * part))
    }
    for (const name of ['density', 'nonzeros', 'parameters', 'dense-parameters', 'residual', 'jacobian-mean'])
      write('initialization', name, 1, uniform)
    for (const name of MORE_METRICS) write('initialization', name, 1, uniform)
    return counted
  }
}
