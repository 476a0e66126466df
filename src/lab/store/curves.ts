/** Reading curves: decimated for charts, whole for exports. */
import type { Series } from '../../shared/contract/lab.ts'
import type { Phase } from '../../shared/contract/run.ts'
import { fromStored } from './number.ts'
import type { Connection } from './open.ts'

interface Extent {
  readonly id: number
  readonly total: number
  readonly low: number
  readonly high: number
}
interface Point {
  readonly step: number
  readonly epoch: number
  readonly value: number | null
  readonly kind: number
}

function extentOf(database: Connection, run: number, phase: Phase, name: string): Extent | undefined {
  const extent = database
    .prepare<[number, string, string], Extent>(
      `
    SELECT series.id AS id, COUNT(*) AS total, MIN(step) AS low, MAX(step) AS high
    FROM series JOIN metrics ON metrics.series = series.id
    WHERE run = ? AND phase = ? AND name = ?
  `,
    )
    .get(run, phase, name)
  return extent && extent.total > 0 ? extent : undefined
}

/**
 * Lowest and highest point of each bucket of steps, the first and the last point, and one point of each
 * bucket that holds a NaN or an infinity, so that a chart of the answer looks like a chart of everything.
 * Numbers are bound as reals, so that the bucket has to be cut off. SQLite takes the other columns of a lone
 * MIN or MAX from the row that has it.
 */
const DECIMATED = `
  WITH bucketed AS (
    SELECT step, epoch, value, kind, CAST((step - @low) * @buckets / (@high - @low + 1) AS INTEGER) AS bucket
    FROM metrics WHERE series = @id
  )
  SELECT step, epoch, value, kind FROM (
    SELECT step, epoch, value, kind, MIN(value) FROM bucketed WHERE kind = 0 GROUP BY bucket
    UNION SELECT step, epoch, value, kind, MAX(value) FROM bucketed WHERE kind = 0 GROUP BY bucket
    UNION SELECT step, epoch, value, kind, MIN(step) FROM bucketed WHERE kind <> 0 GROUP BY bucket
    UNION SELECT step, epoch, value, kind, value FROM bucketed WHERE step IN (@low, @high)
  ) GROUP BY step ORDER BY step`

/**
 * The curve of a metric, with at most about `maxPoints` points. Empty when the run has none.
 * @param maxPoints at least 8
 */
export function readSeries(
  database: Connection,
  run: number,
  phase: Phase,
  name: string,
  maxPoints: number,
): Series {
  const extent = extentOf(database, run, phase, name)
  if (!extent) return { run, phase, name, steps: [], values: [], epochs: [], total: 0 }
  const points =
    extent.total <= maxPoints
      ? database
          .prepare<[number], Point>(
            'SELECT step, epoch, value, kind FROM metrics WHERE series = ? ORDER BY step',
          )
          .all(extent.id)
      : database
          .prepare<[object], Point>(DECIMATED)
          .all({
            id: extent.id,
            low: extent.low,
            high: extent.high,
            buckets: Math.max(1, Math.floor((maxPoints - 2) / 2)),
          })
  return {
    run,
    phase,
    name,
    total: extent.total,
    steps: points.map((point) => point.step),
    values: points.map((point) => fromStored(point.value, point.kind)),
    epochs: points.map((point) => point.epoch),
  }
}

export interface MetricRow {
  readonly run: number
  readonly phase: Phase
  readonly name: string
  readonly step: number
  readonly epoch: number
  readonly wall: number
  readonly value: number
}

/** Every metric row of the runs, by run, phase, name and step; one at a time, so that memory stays small. */
export function* allPoints(database: Connection, runs: readonly number[]): Generator<MetricRow> {
  const statement = database.prepare<
    [string],
    Omit<MetricRow, 'value'> & {
      value: number | null
      kind: number
    }
  >(`
    SELECT run, phase, name, step, epoch, wall, value, kind
    FROM series JOIN metrics ON metrics.series = series.id
    WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, phase, name, step
  `)
  for (const { kind, value, ...row } of statement.iterate(JSON.stringify(runs))) {
    yield { ...row, value: fromStored(value, kind) }
  }
}
