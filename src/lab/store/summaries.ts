/** What the series of runs come to: last values, those at the best validation step, extremes, names. */
import type { Phase } from '../../shared/contract/run.ts'
import { fromStored } from './number.ts'
import type { Connection } from './open.ts'

export interface Summary {
  readonly last: Record<string, number>
  readonly best: Record<string, number>
}

type Values = [
  run: number,
  last: number | null,
  lastKind: number,
  best: number | null,
  bestKind: number | null,
]

/** More runs than this are read as a range of the index; fewer are looked up each. */
const MANY = 200

/** `train.learning-rate` as its phase and its name. */
function partsOf(metric: string): [phase: string, name: string] {
  const dot = metric.indexOf('.')
  return [metric.slice(0, dot), metric.slice(dot + 1)]
}

/**
 * Last values and values at the best validation step, by run; `phase.name` → value. All runs when none are
 * named, and all metrics.
 */
export function summaries(
  database: Connection,
  runs?: readonly number[],
  metrics?: readonly string[],
): Map<number, Summary> {
  const few = runs !== undefined && runs.length <= MANY
  if (few && !metrics) return ofFewRuns(database, runs)
  const wanted = runs && new Set(runs)
  // A range is read in one go along the index; what lies in it beside the runs is dropped.
  const where = few ? 'run IN (SELECT value FROM json_each(?))' : 'run BETWEEN ? AND ?'
  const bounds = few ? [JSON.stringify(runs)] : runs ? rangeOf(runs) : [-Infinity, Infinity]
  const values = database
    .prepare<[string, string, ...(string | number)[]], Values>(
      `SELECT run, last_value, last_kind, best_value, best_kind FROM series
      WHERE phase = ? AND name = ? AND ${where}`,
    )
    .raw()
  const found = new Map<number, Summary>()
  for (const metric of metrics ?? allMetrics(database)) {
    for (const [run, last, lastKind, best, bestKind] of values.iterate(...partsOf(metric), ...bounds)) {
      if (wanted && !wanted.has(run)) continue
      add(found, run, metric, fromStored(last, lastKind), best, bestKind)
    }
  }
  return found
}

function ofFewRuns(database: Connection, runs: readonly number[]): Map<number, Summary> {
  const found = new Map<number, Summary>()
  const rows = database
    .prepare<[string], [...Values, phase: string, name: string]>(
      `SELECT run, last_value, last_kind, best_value, best_kind, phase, name FROM series
      WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, phase, name`,
    )
    .raw()
    .iterate(JSON.stringify(runs))
  for (const [run, last, lastKind, best, bestKind, phase, name] of rows)
    add(found, run, `${phase}.${name}`, fromStored(last, lastKind), best, bestKind)
  return found
}

function add(
  found: Map<number, Summary>,
  run: number,
  metric: string,
  last: number,
  best: number | null,
  bestKind: number | null,
): void {
  let summary = found.get(run)
  if (!summary) found.set(run, (summary = { last: {}, best: {} }))
  summary.last[metric] = last
  if (bestKind !== null) summary.best[metric] = fromStored(best, bestKind)
}

const rangeOf = (runs: readonly number[]): [number, number] =>
  runs.reduce(([low, high], run) => [Math.min(low, run), Math.max(high, run)], [Infinity, -Infinity])

/** Lowest and highest finite value of one metric, by run. */
export function extremes(
  database: Connection,
  runs: readonly number[],
  metric: string,
): Map<number, { readonly low: number | null; readonly high: number | null }> {
  const rows = database
    .prepare<[string, string, string], { run: number; low: number | null; high: number | null }>(
      `SELECT run, low, high FROM series
      WHERE run IN (SELECT value FROM json_each(?)) AND phase = ? AND name = ?`,
    )
    .all(JSON.stringify(runs), ...partsOf(metric))
  return new Map(rows.map((row) => [row.run, row]))
}

const PHASES: readonly Phase[] = ['initialization', 'test', 'train', 'validation']

/** Every metric there is, jumping from one name to the next in the index instead of reading all of it. */
export function allMetrics(database: Connection): string[] {
  const next = database
    .prepare<[string, string], string>(
      'SELECT name FROM series WHERE phase = ? AND name > ? ORDER BY name LIMIT 1',
    )
    .pluck()
  return PHASES.flatMap((phase) => {
    const names: string[] = []
    for (let name = next.get(phase, ''); name !== undefined; name = next.get(phase, name))
      names.push(`${phase}.${name}`)
    return names
  })
}

/** Names of the metrics that the runs have, `phase.name`, in order. */
export function metricNames(database: Connection, runs: readonly number[]): string[] {
  if (runs.length <= MANY) {
    return database
      .prepare<[string], string>(
        `SELECT DISTINCT phase || '.' || name FROM series
        WHERE run IN (SELECT value FROM json_each(?)) ORDER BY 1`,
      )
      .pluck()
      .all(JSON.stringify(runs))
  }
  const wanted = new Set(runs)
  const [low, high] = rangeOf(runs)
  const having = database
    .prepare<[string, string, number, number], number>(
      'SELECT run FROM series WHERE phase = ? AND name = ? AND run BETWEEN ? AND ?',
    )
    .pluck()
  const isThere = (metric: string): boolean => {
    for (const run of having.iterate(...partsOf(metric), low, high)) if (wanted.has(run)) return true
    return false
  }
  return allMetrics(database).filter(isThere).sort()
}
