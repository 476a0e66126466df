/**
 * Sealed chunks of curves, so that a chart need not read every point. A chunk stands for CHUNK points in a
 * row and holds the extremes and the first gap of every NODE of them: nine numbers a node. Chunks are made
 * from `metrics`, while a run records and when an old curve is first read; only points after the last chunk
 * are unsealed. A point that is written or removed within a chunk takes that chunk and all after it away.
 * A chunk carries a digest of all that it says; one that does not hold, and those after it, are made again.
 */
import { createHash } from 'node:crypto'
import { mergeNodes, NODE_NUMBERS, nodesOfPoints } from './decimate.ts'
import type { CurvePoint } from './decimate.ts'
import { fromStored } from './number.ts'
import type { Connection } from './open.ts'
import { prepared } from './statements.ts'

/** Points of a chunk, and of a node. */
export const CHUNK = 1024
const NODE = 16

export interface Chunk {
  readonly chunk: number
  /** First and last step. */
  readonly low: number
  readonly high: number
  readonly nodes: Buffer
}

type Stored = Chunk & { readonly digest: Buffer }

/** SHA-256 of what a chunk says, and of which series. */
function digestOf(series: number, { chunk, low, high, nodes }: Chunk): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([series, chunk, low, high]))
    .update(nodes)
    .digest()
}

/**
 * The chunks of a series that lie wholly between two steps, one after the other; from the first that is
 * damaged or missing they are made again, or, where nothing can be written, left out.
 */
export function chunksWithin(database: Connection, series: number, from: number, to: number): Chunk[] {
  const read = (): Stored[] =>
    prepared(
      database,
      `SELECT chunk, low_step AS low, high_step AS high, nodes, digest FROM curve_chunks
         WHERE series = ? AND low_step >= ? AND high_step <= ? ORDER BY chunk`,
    ).all(series, from, to) as Stored[]
  const chunks = read()
  const broken = chunks.findIndex(
    (each, at) =>
      !digestOf(series, each).equals(each.digest) || (at > 0 && each.chunk !== chunks[at - 1].chunk + 1),
  )
  if (broken < 0) return chunks
  if (database.readonly) return chunks.slice(0, broken)
  prepared(database, 'DELETE FROM curve_chunks WHERE series = ? AND chunk >= ?').run(
    series,
    broken === 0 ? chunks[0].chunk : chunks[broken - 1].chunk + 1,
  )
  sealSeries(database, series)
  return read()
}

/** The stretches of the chunks, in order, in one array; see decimate.ts. */
export function nodesOf(chunks: readonly Chunk[]): Float64Array {
  const bytes = Buffer.concat(chunks.map(({ nodes }) => nodes))
  const numbers = new Float64Array(bytes.length / 8)
  new Uint8Array(numbers.buffer).set(bytes)
  return numbers
}

function pack(points: readonly CurvePoint[]): Buffer {
  const single = nodesOfPoints(points)
  const numbers = new Float64Array((points.length / NODE) * NODE_NUMBERS)
  for (let node = 0; node * NODE < points.length; node++)
    mergeNodes(single, node * NODE, (node + 1) * NODE, numbers, node)
  return Buffer.from(numbers.buffer)
}

/**
 * Seals what can be sealed of a series. A connection that only reads leaves it as it is: reading then takes
 * longer, and returns the same.
 */
export function sealSeries(database: Connection, series: number): void {
  if (database.readonly) return
  const last = prepared(
    database,
    'SELECT chunk, high_step AS high FROM curve_chunks WHERE series = ? ORDER BY chunk DESC LIMIT 1',
  ).get(series) as { chunk: number; high: number } | undefined
  const next = prepared(
    database,
    `SELECT step, epoch, value, kind FROM metrics WHERE series = ? AND step > ?
      ORDER BY step LIMIT ${CHUNK}`,
    'raw',
  )
  const insert = prepared(
    database,
    `INSERT INTO curve_chunks (series, chunk, low_step, high_step, nodes, digest)
     VALUES (?, ?, ?, ?, ?, ?)`,
  )
  // A look at the CHUNK-th unsealed point is cheaper than reading them all.
  const ripe = prepared(
    database,
    `SELECT step FROM metrics WHERE series = ? AND step > ? ORDER BY step LIMIT 1 OFFSET ${CHUNK - 1}`,
    'pluck',
  )
  let chunk = (last?.chunk ?? -1) + 1
  let high = last?.high ?? -Number.MAX_SAFE_INTEGER
  if (ripe.get(series, high) === undefined) return
  database.transaction(() => {
    while (ripe.get(series, high) !== undefined) {
      const rows = next.all(series, high) as [number, number, number | null, number][]
      const points = rows.map(([step, epoch, value, kind]) => ({
        step,
        epoch,
        value: fromStored(value, kind),
      }))
      high = points[points.length - 1].step
      const made = { chunk, low: points[0].step, high, nodes: pack(points) }
      insert.run(series, chunk, made.low, high, made.nodes, digestOf(series, made))
      chunk += 1
    }
  })()
}

/** Takes away the chunks that hold a step or come after it: their points have changed. */
export function unsealFrom(database: Connection, series: number, step: number): void {
  prepared(database, 'DELETE FROM curve_chunks WHERE series = ? AND high_step >= ?').run(series, step)
}
