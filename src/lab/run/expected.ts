/**
 * How long runs are expected to take, for thousands at a time: what of a run never changes is read once, what
 * was measured is looked up once for all runs that differ in their seeds.
 */
import type { Connection } from '../store/open.ts'
import { prepared } from '../store/statements.ts'
import { secondsOf, workOf } from '../store/step-times.ts'
import { lengthOf } from '../../shared/planning/plan.ts'
import { readSpec } from '../store/stored-text.ts'

interface Kind {
  readonly work: string
  /** Length of a training, in the unit that `lengthOf` tells. */
  readonly length: number
  readonly backend: string
}

export class ExpectedTimes {
  readonly #database: Connection
  readonly #kindOf = new Map<number, string>()
  readonly #kinds = new Map<string, Kind>()
  readonly #seconds = new Map<string, number | null>()

  constructor(database: Connection) {
    this.#database = database
  }

  /** Seconds of a run by measured steps; null when none fit. `others`: runs that will be asked after too. */
  of(id: number, others: readonly number[] = [id]): number | null {
    if (!this.#kindOf.has(id)) this.#know([id, ...others])
    const name = this.#kindOf.get(id)
    if (name === undefined) return null
    let seconds = this.#seconds.get(name)
    if (seconds === undefined) {
      const kind = this.#kindNamed(name, id)
      seconds = secondsOf(this.#database, kind.work, kind.backend, kind.length)
      this.#seconds.set(name, seconds)
    }
    return seconds
  }

  /** To be called when steps were measured. */
  forget(): void {
    this.#seconds.clear()
  }

  #know(ids: readonly number[]): void {
    const rows = prepared(
      this.#database,
      `SELECT id, group_hash || ' ' || backend AS kind FROM runs
      WHERE id IN (SELECT value FROM json_each(?))`,
    ).all(JSON.stringify(ids.filter((each) => !this.#kindOf.has(each)))) as { id: number; kind: string }[]
    for (const { id, kind } of rows) this.#kindOf.set(id, kind)
  }

  #kindNamed(name: string, id: number): Kind {
    const known = this.#kinds.get(name)
    if (known) return known
    const row = prepared(this.#database, 'SELECT spec, backend FROM runs WHERE id = ?').get(id) as {
      readonly spec: string
      readonly backend: string
    }
    const spec = readSpec(row.spec)
    const kind = { work: workOf(spec), length: lengthOf(spec.training), backend: row.backend }
    this.#kinds.set(name, kind)
    return kind
  }
}
