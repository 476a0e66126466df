/** Stored specifications, read many at a time and once only: what a run is never changes. */
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Connection } from './open.ts'
import { readSpec } from './stored-text.ts'

interface Known {
  readonly runs: Map<number, RunSpec>
  /** By the text with seed 0: runs that differ in nothing else share their sections. */
  readonly templates: Map<string, RunSpec>
}

/** More runs than this are not kept. */
const MOST_KEPT = 100_000
const known = new WeakMap<Connection, Known>()

/**
 * The specifications of runs, in the order of their numbers, of which none is given twice; frozen, since they
 * are given to others too.
 */
export function specsOf(database: Connection, ids: readonly number[]): RunSpec[] {
  let kept = known.get(database)
  if (!kept || kept.runs.size > MOST_KEPT) {
    kept = { runs: new Map(), templates: new Map() }
    known.set(database, kept)
  }
  const { runs, templates } = kept
  const missing = ids.filter((id) => !runs.has(id))
  if (missing.length > 0) {
    const rows = database
      .prepare<[string], [id: number, seed: number, spec: string]>(
        'SELECT id, seed, spec FROM runs WHERE id IN (SELECT value FROM json_each(?))',
      )
      .raw()
    for (const [id, seed, text] of rows.iterate(JSON.stringify(missing)))
      runs.set(id, read(templates, text, seed))
  }
  return ids.map((id) => runs.get(id) as RunSpec)
}

function read(templates: Map<string, RunSpec>, text: string, seed: number): RunSpec {
  const template = text.replace(new RegExp(`"seed":${seed}(?=[,}])`), '"seed":0')
  const found = templates.get(template) ?? frozen(readSpec(template))
  // What was replaced was another field of that name.
  if (found.seed !== 0) return frozen(readSpec(text))
  templates.set(template, found)
  return Object.freeze({ ...found, seed })
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(frozen)
  }
  return value
}
