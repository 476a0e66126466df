/** The present batch of work: the runs queued since the lab was last idle, for progress and the time left. */
import type { RunStatus } from '../../shared/contract/run.ts'
import type { ActiveRun } from './running.ts'
import type { Connection } from '../store/open.ts'
import { ExpectedTimes } from './expected.ts'

export interface BatchState {
  readonly finished: number
  readonly failed: number
  readonly fraction: number
  readonly secondsLeft: number | null
}

type Member = { readonly status: RunStatus | null; readonly seconds: number }

export class Batch {
  readonly #members = new Map<number, Member>()
  /** Forgotten whenever a run ends, since that is when times are measured. */
  readonly #expected: ExpectedTimes

  constructor(database: Connection) {
    this.#expected = new ExpectedTimes(database)
  }

  /** Adds queued runs; a batch that is over is forgotten first. */
  add(ids: readonly number[]): void {
    if (ids.length === 0) return
    if ([...this.#members.values()].every((member) => member.status !== null)) this.#members.clear()
    for (const id of ids) this.#members.set(id, { status: null, seconds: 0 })
  }

  ended(id: number, status: RunStatus, seconds: number): void {
    this.#members.set(id, { status, seconds })
    this.#expected.forget()
  }

  /** @param slowdown a run's time beside others over its time alone */
  state(running: ReadonlyMap<number, ActiveRun>, concurrency: number, slowdown: number): BatchState {
    const members = [...this.#members]
    const ended = members.filter(([, { status }]) => status !== null)
    const failed = ended.filter(([, { status }]) => status === 'failed').length
    const finished = ended.filter(([, { status }]) => status === 'finished' || status === 'diverged').length
    let done = ended.length
    for (const { live } of running.values()) done += live.totalSteps ? live.step / live.totalSteps : 0
    return {
      finished,
      failed,
      fraction: members.length === 0 ? 0 : done / members.length,
      secondsLeft: this.#secondsLeft(members, running, concurrency, slowdown),
    }
  }

  #secondsLeft(
    members: readonly (readonly [number, Member])[],
    running: ReadonlyMap<number, ActiveRun>,
    concurrency: number,
    slowdown: number,
  ): number | null {
    const expected = (id: number, others?: readonly number[]): number | null => {
      const alone = this.#expected.of(id, others)
      return alone === null ? null : alone * slowdown
    }
    const waiting = members
      .filter(([id, { status }]) => status === null && !running.has(id))
      .map(([id]) => id)
    const past = members.filter(([, { status }]) => status === 'finished').map(([, { seconds }]) => seconds)
    const mean = past.length > 0 ? past.reduce((sum, seconds) => sum + seconds, 0) / past.length : null
    let left = 0
    for (const [id, { live }] of running) {
      const whole = expected(id) ?? mean
      const one = live.secondsLeft ?? (whole === null ? null : Math.max(0, whole - live.seconds))
      if (one === null) return null
      left += one
    }
    const likeRunning = running.size > 0 ? left / running.size : null
    for (const id of waiting) {
      const one = expected(id, waiting) ?? mean ?? likeRunning
      if (one === null) return null
      left += one
    }
    return left / Math.max(1, Math.min(concurrency, running.size + waiting.length))
  }
}
