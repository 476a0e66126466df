/**
 * How many runs train side by side, and with how many threads each. Threads of a short step wait for each
 * other for as long as they compute; runs of one thread each do not, and come to the same numbers
 * (engine/threads/count.ts).
 */
import { machineMemory, modelledMs, stepWork, threadCount } from '../../engine/index.ts'
import { AUTOMATIC, MOST_CONCURRENT } from '../../shared/contract/queue.ts'
import type { Concurrency } from '../../shared/contract/queue.ts'
import { parametersOf } from '../../shared/graph/parameters.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'
import { densityAsked } from '../../shared/methods/traits.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { buildNetwork } from '../../shared/zoo/index.ts'
import type { Connection } from '../store/open.ts'
import { knownInputOf } from '../store/own-data.ts'
import { nextQueued } from '../store/queue-order.ts'
import type { NextQueued } from '../store/queue-order.ts'
import { readSetting, writeSetting } from '../store/settings.ts'
import { findStepTime, workOf } from '../store/step-times.ts'

const SETTING = 'queue.concurrency'
/**
 * Milliseconds of a short step by the model of its cost, which, unlike a measurement, does not depend on what
 * else the machine does. Longer steps leave the caches of a thread, and then all threads are better off with
 * one batch between them.
 */
const SHORT_STEP_MS = 4
/** Examples that keep a thread of the sparse backend busy. */
const EXAMPLES_OF_A_THREAD = 16
/** What a run takes beside its weights and signals: a thread's heap and its data. */
const BYTES_OF_A_RUN = 2 ** 29

/** What a run has of the machine. */
export interface Place {
  readonly threads: number
  /** Of the threads that it could use. */
  readonly share: number
}

/** Time of runs as they are placed over that of runs with all the threads that they could use. */
export function slowdownOf(places: readonly Place[]): number {
  return places.length === 0 ? 1 : places.reduce((sum, { share }) => sum + 1 / share, 0) / places.length
}

export function storedConcurrency(database: Connection): Concurrency {
  const stored = readSetting(database, SETTING, AUTOMATIC)
  return stored === AUTOMATIC ? AUTOMATIC : Number(stored)
}

/** What is known of a kind of run, for all seeds. */
interface Kind {
  readonly work: string
  readonly batchSize: number
  /** Whether its step is short on the sparse backend; the network is built when this is first asked. */
  readonly isShort: () => boolean
}

export class SideBySide {
  readonly #database: Connection
  readonly #threads: number
  readonly #most: number
  readonly #kinds = new Map<string, Kind>()
  #setting: Concurrency

  constructor(database: Connection, threads = threadCount(), memory = machineMemory()) {
    this.#database = database
    this.#threads = threads
    const fitting = Math.floor(memory / BYTES_OF_A_RUN)
    this.#most = Math.max(1, Math.min(threads, fitting, MOST_CONCURRENT))
    this.#setting = storedConcurrency(database)
  }

  get setting(): Concurrency {
    return this.#setting
  }

  set setting(value: Concurrency) {
    this.#setting = value
    writeSetting(this.#database, SETTING, String(value))
  }

  /** Runs at a time, as far as those that are running say. */
  now(running: readonly Place[]): number {
    if (this.#setting !== AUTOMATIC) return this.#setting
    return running.length > 0 && running.every(this.#leavesRoom) ? this.#most : 1
  }

  /** Time of `count` runs of a kind one after the other over their time side by side, if threads were all. */
  speedup(spec: RunSpec, backend: string, count: number): number {
    const kind = kindOf(spec)
    const side = Math.min(this.#mostOf(kind, backend), count)
    return Math.max(1, Math.min(side, this.#threads / this.#usable(kind)))
  }

  /**
   * The place of the next run beside those that are running; null where it waits, or there is none.
   * @param occupied runs that are running, or have ended and whose threads have not
   */
  next(running: readonly Place[], occupied: number, only: readonly number[] | null): Place | null {
    const automatic = this.#setting === AUTOMATIC
    const free = this.#threads - running.reduce((sum, { threads }) => sum + threads, 0)
    const limit = this.#setting === AUTOMATIC ? this.#most : this.#setting
    if (occupied >= limit) return null
    if (automatic && occupied > 0 && !(free > 0 && running.every(this.#leavesRoom))) return null
    const queued = nextQueued(this.#database, only, this.#most)
    if (queued === undefined) return null
    const kind = this.#kindOf(queued)
    const most = this.#mostOf(kind, queued.backend)
    if (occupied >= most) return null
    const side = Math.min(most, occupied + queued.count)
    const fair = Math.max(1, Math.floor(this.#threads / side))
    const usable = this.#usable(kind)
    const threads = automatic && most > 1 ? Math.min(fair, free, usable) : fair
    return { threads, share: Math.min(1, threads / usable) }
  }

  /** Runs of a kind that may go side by side. The first of a kind, whose backend is not known, goes alone. */
  #mostOf({ work, isShort }: Kind, backend: string): number {
    if (this.#setting !== AUTOMATIC) return this.#setting
    const sparse = findStepTime(this.#database, work, backend)?.backend === 'sparse'
    return sparse && isShort() ? this.#most : 1
  }

  readonly #leavesRoom = ({ threads }: Place): boolean => threads < this.#threads

  #usable({ batchSize }: Kind): number {
    return Math.min(this.#threads, Math.ceil(batchSize / EXAMPLES_OF_A_THREAD))
  }

  #kindOf({ kind, spec }: NextQueued): Kind {
    const known = this.#kinds.get(kind) ?? kindOf(spec())
    this.#kinds.set(kind, known)
    return known
  }
}

function kindOf(spec: RunSpec): Kind {
  let short: boolean | undefined
  return {
    work: workOf(spec),
    batchSize: spec.training.batchSize,
    isShort: () => (short ??= hasShortStep(spec)),
  }
}

function hasShortStep(spec: RunSpec): boolean {
  try {
    const { input, classes } = knownInputOf(spec.data)
    const graph = buildNetwork(spec, input, classes)
    const maskable = new Map(
      parametersOf(graph).flatMap(({ name, shape, maskable: may }) => (may ? [[name, sizeOf(shape)]] : [])),
    )
    const density = densityAsked(spec)
    const work = stepWork(graph, spec.training.batchSize, (kernel) => {
      const entries = maskable.get(kernel)
      return entries === undefined ? undefined : entries * density
    })
    return modelledMs('sparse', work, false) <= SHORT_STEP_MS
  } catch {
    // A network that cannot be told here fails, or is told once its data are read, in its own run.
    return false
  }
}
