/**
 * Metric rows and the summary of each series (read by summaries.ts). Every function that writes expects to be
 * called inside a transaction, so that rows and summary never disagree.
 */
import type { MetricPoint, Phase } from '../../shared/contract/run.ts'
import { sealSeries, unsealFrom } from './chunks.ts'
import { kindOf, toStored } from './number.ts'
import { unsealRun } from './seals.ts'
import type { Connection } from './open.ts'
import { prepared } from './statements.ts'

function seriesId(database: Connection, run: number, phase: Phase, name: string): number {
  const found = prepared(
    database,
    'SELECT id FROM series WHERE run = ? AND phase = ? AND name = ?',
    'pluck',
  ).get(run, phase, name) as number | undefined
  if (found !== undefined) return found
  return Number(
    prepared(database, 'INSERT INTO series (run, phase, name) VALUES (?, ?, ?)').run(run, phase, name)
      .lastInsertRowid,
  )
}

/**
 * Sets each series’ value at the best validation step; a series without a point there has none.
 */
function refreshBest(database: Connection, run: number): void {
  prepared(
    database,
    `
    UPDATE series SET (best_value, best_kind) = (
      SELECT value, kind FROM metrics
      WHERE metrics.series = series.id AND step <= (SELECT best_step FROM runs WHERE id = series.run)
      ORDER BY step DESC LIMIT 1
    ) WHERE run = ? AND phase <> 'initialization'
  `,
  ).run(run)
  // What was measured before training holds at every step of it.
  prepared(
    database,
    `
    UPDATE series SET best_value = last_value, best_kind = last_kind
    WHERE run = ? AND phase = 'initialization'
  `,
  ).run(run)
}

/**
 * The step after which a run has its last density: where masks are pruned in training, what was best of the
 * network before is no measure of the one after. NULL where the density does not change.
 */
const DENSITY_SINCE = `(
  SELECT MIN(step) FROM metrics JOIN series ON series.id = metrics.series
  WHERE series.run = @run AND phase = 'train' AND name = 'density' AND value = series.last_value
)`

/** Forgets what was best where the density of a run is another than before its step. */
function dropBestOfOther(database: Connection, run: number): void {
  prepared(
    database,
    `UPDATE runs SET best_step = NULL, best_accuracy = NULL WHERE id = @run AND best_step <= ` +
      `${DENSITY_SINCE}`,
  ).run({ run })
}

/** The metric of validation that decides which step is a run's best: of language models perplexity. */
function decidingMetric(database: Connection, run: number): 'accuracy' | 'perplexity' {
  const data = prepared(
    database,
    "SELECT json_extract(spec, '$.data.name') FROM runs WHERE id = ?",
    'pluck',
  ).get(run) as string | null | undefined
  return data === 'text' ? 'perplexity' : 'accuracy'
}

/**
 * Takes over a validation result that is better than all before; true when it is. Ties keep the earlier
 * step. Of perplexity, of which less is better, `best_accuracy` holds the negative.
 */
function improveBest(database: Connection, run: number, step: number, accuracy: number): boolean {
  return (
    prepared(
      database,
      `
    UPDATE runs SET best_step = @step, best_accuracy = @accuracy
    WHERE id = @run AND (best_accuracy IS NULL OR @accuracy > best_accuracy)
      AND @step > IFNULL(${DENSITY_SINCE}, -1)
  `,
    ).run({ run, step, accuracy }).changes > 0
  )
}

/** Writes points of one run; a point that exists at its step is replaced, never doubled. */
export function writePoints(database: Connection, run: number, points: readonly MetricPoint[]): void {
  const insert = prepared(
    database,
    `
    INSERT INTO metrics (series, step, epoch, wall, value, kind) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (series, step) DO UPDATE SET epoch = excluded.epoch, wall = excluded.wall,
      value = excluded.value, kind = excluded.kind
  `,
  )
  const summarise = prepared(
    database,
    `
    UPDATE series SET
      last_value = CASE WHEN last_step IS NULL OR @step >= last_step THEN @value ELSE last_value END,
      last_kind = CASE WHEN last_step IS NULL OR @step >= last_step THEN @kind ELSE last_kind END,
      last_step = MAX(IFNULL(last_step, @step), @step),
      low = CASE WHEN @value IS NULL THEN low ELSE MIN(IFNULL(low, @value), @value) END,
      high = CASE WHEN @value IS NULL THEN high ELSE MAX(IFNULL(high, @value), @value) END
    WHERE id = @id
  `,
  )
  const best = prepared(database, 'SELECT best_step FROM runs WHERE id = ?', 'pluck')
  const ids = new Map<string, number>()
  const lowest = new Map<number, number>()
  for (const { step, phase, name } of points) {
    const key = `${phase}.${name}`
    const id = ids.get(key) ?? seriesId(database, run, phase, name)
    ids.set(key, id)
    lowest.set(id, Math.min(step, lowest.get(id) ?? step))
  }
  for (const [id, step] of lowest) unsealFrom(database, id, step)
  // Asked for where a point may decide: most writes have none.
  const deciding =
    ids.has('validation.accuracy') || ids.has('validation.perplexity') ? decidingMetric(database, run) : null
  let refresh = false
  const bestOf = (): number | null => (best.get(run) as number | null | undefined) ?? null
  let bestStep = bestOf()
  for (const { step, epoch, wall, phase, name, value } of points) {
    const key = `${phase}.${name}`
    const id = ids.get(key) as number
    const stored = toStored(value)
    insert.run(id, step, epoch, wall, stored, kindOf(value))
    summarise.run({ id, step, value: stored, kind: kindOf(value) })
    if (key === 'train.density') {
      dropBestOfOther(database, run)
      bestStep = bestOf()
      refresh = true
    }
    if (key === `validation.${deciding}` && stored !== null) {
      const result = deciding === 'accuracy' ? stored : -stored
      if (improveBest(database, run, step, result)) {
        bestStep = step
        refresh = true
      }
    }
    if (bestStep !== null && step <= bestStep) refresh = true
  }
  if (refresh) refreshBest(database, run)
  for (const id of lowest.keys()) sealSeries(database, id)
}

/**
 * Takes a run back to a step: deletes the rows after it and computes the summaries again from what is left.
 * The steps of initialization are its own and stay. With −1 nothing is left. Its seal goes.
 */
export function rewind(database: Connection, run: number, step: number): void {
  unsealRun(database, run)
  const which = step < 0 ? '' : "AND phase <> 'initialization'"
  const all = prepared(database, `SELECT id FROM series WHERE run = ? ${which}`, 'pluck').all(run) as number[]
  const cut = prepared(database, 'DELETE FROM metrics WHERE series = ? AND step > ?')
  const drop = prepared(
    database,
    'DELETE FROM series WHERE id = @id AND NOT EXISTS (SELECT 1 FROM metrics WHERE series = @id)',
  )
  const summarise = prepared(
    database,
    `
    UPDATE series SET
      (last_step, last_value, last_kind) =
        (SELECT step, value, kind FROM metrics WHERE series = @id ORDER BY step DESC LIMIT 1),
      (low, high) = (SELECT MIN(value), MAX(value) FROM metrics WHERE series = @id)
    WHERE id = @id
  `,
  )
  for (const id of all) {
    cut.run(id, step)
    unsealFrom(database, id, step + 1)
    if (drop.run({ id }).changes === 0) summarise.run({ id })
  }
  const name = decidingMetric(database, run)
  prepared(
    database,
    `
    UPDATE runs SET (best_step, best_accuracy) = (
      SELECT step, @sign * value FROM metrics JOIN series ON series.id = metrics.series
      WHERE run = @run AND phase = 'validation' AND name = @name AND value IS NOT NULL
        AND step > IFNULL(${DENSITY_SINCE}, -1)
      ORDER BY @sign * value DESC, step LIMIT 1
    ) WHERE id = @run
  `,
  ).run({ run, name, sign: name === 'accuracy' ? 1 : -1 })
  refreshBest(database, run)
  prepared(database, 'DELETE FROM events WHERE run = ? AND step > ?').run(run, step)
}
