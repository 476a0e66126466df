/**
 * Seals of runs: SHA-256 over what a run was when it ended, in the transaction that ends it. `quick_check`
 * finds pages that do not hold together; a number that was changed within a sound page is found by its seal.
 * What users change afterwards (tags, notes, archive, labels of a study) is no part of it.
 */
import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { SEALED_PARTS } from '../../shared/contract/seals.ts'
import type { SealedPart } from '../../shared/contract/seals.ts'
import type { Connection } from './open.ts'
import { prepared } from './statements.ts'

/** Version of what is digested; see `digesting`. Never change what a version means. */
const VERSION = 1

/** Points read at a time: some milliseconds. */
const PIECE = 20_000
const NUMBERS = 5

export type Digests = Readonly<Record<SealedPart, string>>

const hex = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Rows as text; SQLite's numbers are read back from it exactly, and none of them is NaN or infinite. */
function rows(database: Connection, sql: string, run: number): string {
  return hex(JSON.stringify(prepared(database, sql, 'raw').all(run)))
}

const SPECIFICATION = 'SELECT identity, seed, spec FROM runs WHERE id = ?'
const RUN = `SELECT status, step, total_steps, diverged_at, best_step, best_accuracy, backend_used, device,
  environment FROM runs WHERE id = ?`
const SERIES = `SELECT phase, name, last_step, last_value, last_kind, best_value, best_kind, low, high
  FROM series WHERE run = ? ORDER BY phase, name`
const LAYERS = 'SELECT position, report FROM layers WHERE run = ? ORDER BY position'

type Point = [step: number, epoch: number, wall: number, value: number | null, kind: number]

/** Points as five numbers of 64 bits, little-endian; a missing value is a zero, its kind says which. */
function addPoints(hash: Hash, points: readonly Point[]): void {
  const bytes = Buffer.alloc(points.length * NUMBERS * 8)
  points.forEach((point, index) =>
    point.forEach((number, at) => bytes.writeDoubleLE(number ?? 0, (index * NUMBERS + at) * 8)),
  )
  hash.update(bytes)
}

/** Digests of a run as it stands; comes back to the caller after each piece of its points. */
export function* digesting(database: Connection, run: number): Generator<void, Digests> {
  const points = createHash('sha256')
  const series = prepared(
    database,
    'SELECT id, phase, name FROM series WHERE run = ? ORDER BY phase, name',
    'raw',
  ).all(run) as [number, string, string][]
  const piece = prepared(
    database,
    `SELECT step, epoch, wall, value, kind FROM metrics WHERE series = ? AND step > ?
     ORDER BY step LIMIT ${PIECE}`,
    'raw',
  )
  for (const [id, phase, name] of series) {
    points.update(JSON.stringify([phase, name]))
    for (let after = Number.MIN_SAFE_INTEGER; ;) {
      const some = piece.all(id, after) as Point[]
      addPoints(points, some)
      if (some.length < PIECE) break
      after = some[some.length - 1][0]
      yield
    }
  }
  return {
    specification: rows(database, SPECIFICATION, run),
    result: hex(rows(database, RUN, run) + rows(database, SERIES, run)),
    layers: rows(database, LAYERS, run),
    points: points.digest('hex'),
  }
}

/** Seals a run that is over. Within the transaction that ends it. */
export function sealRun(database: Connection, run: number, now: string): void {
  const steps = digesting(database, run)
  let step = steps.next()
  while (!step.done) step = steps.next()
  prepared(
    database,
    `INSERT OR REPLACE INTO seals (run, version, specification, result, layers, points, sealed_at)
     VALUES (@run, @version, @specification, @result, @layers, @points, @now)`,
  ).run({ run, version: VERSION, now, ...step.value })
}

/** A run that goes on, or begins again, is no longer what was sealed. */
export function unsealRun(database: Connection, run: number): void {
  prepared(database, 'DELETE FROM seals WHERE run = ?').run(run)
}

/** What a seal says of a run; undefined: it has none. */
export function sealOf(database: Connection, run: number): Digests | undefined {
  return database
    .prepare<[number, number], Digests>(
      `SELECT ${SEALED_PARTS.join(', ')} FROM seals WHERE run = ? AND version = ?`,
    )
    .get(run, VERSION)
}

/** Parts that are another than they were sealed. */
export function brokenParts(sealed: Digests, now: Digests): SealedPart[] {
  return SEALED_PARTS.filter((part) => sealed[part] !== now[part])
}

/** Notes what a look found; true where it is another than was known. */
export function noteLook(
  database: Connection,
  run: number,
  broken: readonly SealedPart[],
  now: string,
): boolean {
  const text = broken.length === 0 ? null : JSON.stringify(broken)
  const known = database
    .prepare<[number], string | null>('SELECT broken FROM seals WHERE run = ?')
    .pluck()
    .get(run)
  database.prepare('UPDATE seals SET looked_at = ?, broken = ? WHERE run = ?').run(now, text, run)
  return known !== undefined && known !== text
}

/** Sealed runs that were not looked at for `span` milliseconds, those first that never were. */
export function sealsToLookAt(database: Connection, span: number, now: Date, most: number): number[] {
  return database
    .prepare<[string, string, number], number>(
      `SELECT run FROM seals WHERE looked_at IS NULL OR looked_at < ? OR looked_at > ?
         ORDER BY looked_at, run LIMIT ?`,
    )
    .pluck()
    .all(new Date(now.getTime() - span).toISOString(), now.toISOString(), most)
}

/** Runs known to be other than they were sealed, with the parts. */
export function brokenRuns(database: Connection): Map<number, readonly SealedPart[]> {
  const rows = database
    .prepare<[], [number, string]>('SELECT run, broken FROM seals WHERE broken IS NOT NULL ORDER BY run')
    .raw()
    .all()
  return new Map(rows.map(([run, text]) => [run, partsOf(text)]))
}

/** Parts as they are stored. */
export function partsOf(text: string): readonly SealedPart[] {
  return SEALED_PARTS.filter((part) => text.includes(`"${part}"`))
}

/** Runs that are over and have no seal. */
export function unsealedRuns(database: Connection): number[] {
  return database
    .prepare<[], number>(
      `SELECT id FROM runs WHERE status IN ('finished', 'diverged') AND id NOT IN (SELECT run FROM seals)
       ORDER BY id`,
    )
    .pluck()
    .all()
}

/** How many runs have a seal. */
export function countSealed(database: Connection): number {
  return database.prepare<[], number>('SELECT COUNT(*) FROM seals').pluck().get() ?? 0
}
