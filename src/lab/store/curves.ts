/** Reading curves: decimated for charts, whole for exports. */
import { ALL_POINTS } from '../../shared/contract/calls/runs.ts'
import type { Series } from '../../shared/contract/lab.ts'
import type { Phase } from '../../shared/contract/run.ts'
import { CHUNK, chunksWithin, nodesOf, sealSeries } from './chunks.ts'
import { decimate, nodesOfPoints } from './decimate.ts'
import type { CurvePoint } from './decimate.ts'
import { fromStored } from './number.ts'
import type { Connection } from './open.ts'

export interface CurvePart {
  /** Width of the chart: at most twice as many points. */
  readonly pixels?: number
  /** Steps from … to, both within. */
  readonly from?: number
  readonly to?: number
  /** The time of each point too. */
  readonly seconds?: boolean
}

type Raw = readonly [step: number, epoch: number, value: number | null, kind: number]

/**
 * The curve of a metric, or a part of it. Empty when the run has none. A curve of more points than asked for
 * returns with the lowest and highest point of each stretch, the first and the last point, and the first
 * NaN or infinity of each stretch that holds one, so that a chart of it looks like a chart of everything.
 * @param maxPoints at least 8; `pixels` means at most twice as many
 */
export function readSeries(
  database: Connection,
  run: number,
  phase: Phase,
  name: string,
  maxPoints: number,
  { pixels, from = -Infinity, to = Infinity, seconds = false }: CurvePart = {},
): Series {
  const id = database
    .prepare<[number, string, string], number>(
      'SELECT id FROM series WHERE run = ? AND phase = ? AND name = ?',
    )
    .pluck()
    .get(run, phase, name)
  if (id === undefined) return { run, phase, name, steps: [], values: [], epochs: [], total: 0 }
  const most = Math.min(maxPoints, pixels === undefined ? maxPoints : Math.max(8, 2 * pixels))
  const { total, points } = readCurve(database, id, most, from, to)
  return {
    run,
    phase,
    name,
    total,
    steps: points.map((point) => point.step),
    values: points.map((point) => point.value),
    epochs: points.map((point) => point.epoch),
    ...(seconds ? { seconds: wallsOf(database, id, points) } : {}),
  }
}

/** Seconds of training before each of the points, by their steps. */
function wallsOf(database: Connection, id: number, points: readonly CurvePoint[]): number[] {
  const all = database
    .prepare<[number, string], [step: number, wall: number]>(
      `SELECT step, wall FROM metrics
       WHERE series = ? AND step IN (SELECT value FROM json_each(?)) ORDER BY step`,
    )
    .raw()
    .all(id, JSON.stringify(points.map((point) => point.step)))
  return all.map(([, wall]) => wall)
}

/** Points of a series between two steps, raw. */
function rawPoints(database: Connection, id: number, from: number, to: number): CurvePoint[] {
  return database
    .prepare<[number, number, number], Raw>(
      'SELECT step, epoch, value, kind FROM metrics WHERE series = ? AND step BETWEEN ? AND ? ORDER BY step',
    )
    .raw()
    .all(id, from, to)
    .map(([step, epoch, value, kind]) => ({ step, epoch, value: fromStored(value, kind) }))
}

/** Sealed chunks that lie within the range give their nodes; what lies around them is read point by point. */
function readCurve(
  database: Connection,
  id: number,
  most: number,
  from: number,
  to: number,
): { total: number; points: readonly CurvePoint[] } {
  const low = Math.max(from, -Number.MAX_SAFE_INTEGER)
  const high = Math.min(to, Number.MAX_SAFE_INTEGER)
  // The points of a curve that is asked for in whole are few, or wanted all.
  if (most >= ALL_POINTS) {
    const points = rawPoints(database, id, low, high)
    return { total: points.length, points }
  }
  sealSeries(database, id)
  const chunks = chunksWithin(database, id, low, high)
  if (chunks.length * CHUNK <= most) {
    const points = rawPoints(database, id, low, high)
    if (points.length <= most) return { total: points.length, points }
    return { total: points.length, points: decimate(nodesOfPoints(points), points, most) }
  }
  const head = rawPoints(database, id, low, chunks[0].low - 1)
  const tail = rawPoints(database, id, (chunks.at(-1)?.high ?? high) + 1, high)
  const nodes = joined([nodesOfPoints(head), nodesOf(chunks), nodesOfPoints(tail)])
  const ends = [
    ...(head.length > 0 ? head.slice(0, 1) : rawPoints(database, id, chunks[0].low, chunks[0].low)),
    ...(tail.length > 0
      ? tail.slice(-1)
      : rawPoints(database, id, chunks[chunks.length - 1].high, chunks[chunks.length - 1].high)),
  ]
  return {
    total: head.length + chunks.length * CHUNK + tail.length,
    points: decimate(nodes, ends, most),
  }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
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
