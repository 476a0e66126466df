/**
 * The queue: claims runs, keeps as many running as it may, carries out commands, writes what they say a few
 * times a second, and never stops because one of them failed.
 */
import type { QueueState, RunRow } from '../../shared/contract/lab.ts'
import { toErrorMessage } from '../../shared/contract/errors.ts'
import { AUTOMATIC } from '../../shared/contract/queue.ts'
import type { Concurrency, QueueEntry } from '../../shared/contract/queue.ts'
import { Batch } from './batch.ts'
import { claimNext } from './claim.ts'
import type { LabEmitter } from '../process/emitter.ts'
import { Recorder } from './recorder.ts'
import { ActiveRun } from './running.ts'
import type { RunningContext } from './running.ts'
import { advanceSearches } from './search.ts'
import { SideBySide, slowdownOf } from './side-by-side.ts'
import type { Place } from './side-by-side.ts'
import { dropCheckpoints, KEPT, keptOf } from '../store/artifacts.ts'
import { explain, isDiskTrouble } from '../store/failures.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Connection } from '../store/open.ts'
import { listWaiting } from '../store/queue-order.ts'
import { changeRun, errorOf, listRuns, moveRun, runsIn } from '../store/runs.ts'
import { readSetting, writeSetting } from '../store/settings.ts'
import { expectedLeft, waitingTimes } from './waiting.ts'

export interface QueueOptions extends Omit<RunningContext, 'recorder' | 'emitter' | 'changed' | 'ended'> {
  /** Weights that came with own models. */
  readonly modelsFolder: string
  readonly database: Connection
  readonly emitter: LabEmitter
  /** Names this lab in the rows that it claims. */
  readonly lab: string
  /** Called with what went wrong inside the lab itself. */
  readonly onError: (error: unknown) => void
}

const TICK_MS = 250
const RETRY_MS = 1000

export class Queue {
  readonly #options: QueueOptions
  readonly #database: Connection
  readonly #recorder: Recorder
  readonly #running = new Map<number, ActiveRun>()
  /** Ends that could not be stored yet. */
  readonly #unstored = new Map<number, ActiveRun>()
  /** Runs that have said their last word and whose thread is still there, with its memory. */
  readonly #ending = new Set<ActiveRun>()
  readonly #changed = new Set<number>()
  readonly #batch: Batch
  #only: readonly number[] | null = null
  #timer: NodeJS.Timeout | null = null
  #closing = false
  #claiming = false
  #closed = false
  /** Why no run can be claimed, where that is the disk's fault. */
  #unclaimable: unknown = null
  /** What was told of a disk that takes nothing. */
  #toldOf: string | undefined
  /** Runs have ended whose searches were not looked at yet. */
  #haveEnded = false
  #paused: boolean
  readonly #side: SideBySide

  constructor(options: QueueOptions) {
    this.#options = options
    this.#database = options.database
    this.#recorder = new Recorder(options.database)
    this.#batch = new Batch(options.database)
    this.#paused = readSetting(options.database, 'queue.paused', 'false') === 'true'
    this.#side = new SideBySide(options.database)
  }

  /**
   * Starts to take runs.
   * @param only take none but these, whether or not the queue is paused (a command that runs one study);
   * null takes any
   */
  start(only: readonly number[] | null): void {
    this.#only = only && [...only]
    this.#claiming = true
    this.#batch.add(only ?? runsIn(this.#database, 'queued').map(({ id }) => id))
    this.#pump()
  }

  /** Writes what is collected and looks for work; to be called after runs were queued. */
  wake(ids: readonly number[]): void {
    this.#batch.add(ids)
    for (const id of ids) this.#changed.add(id)
    this.#pump()
    this.#tick()
  }

  /** Rows as they stand now, running ones with what is not written yet. */
  rows(rows: readonly RunRow[]): RunRow[] {
    return rows.map((row) => {
      const end = this.#unstored.get(row.id)?.end
      if (end) return { ...row, status: end.status, error: end.error }
      return this.#running.get(row.id)?.live.over(row) ?? row
    })
  }

  /** Stores what is collected, so that a reader sees it. */
  flush(): void {
    if (this.#recorder.flush()) this.#unstored.clear()
    else this.#onBlocked()
  }

  get #blocked(): unknown {
    return this.#recorder.blocked ?? this.#unclaimable
  }

  /** Whether a run is running, so that a measurement now would be wrong. */
  get busy(): boolean {
    return this.#running.size > 0
  }

  /** Time of so many runs like this one after the other over their time as the queue takes them. */
  speedup(spec: RunSpec, backend: string, count: number): number {
    return this.#side.speedup(spec, backend, count)
  }

  state(): QueueState {
    const queued = runsIn(this.#database, 'queued').filter(
      ({ id }) => !this.#only || this.#only.includes(id),
    ).length
    const places = this.#places()
    const concurrency = this.#side.now(places)
    const { finished, failed, fraction, secondsLeft } = this.#batch.state(
      this.#running,
      concurrency,
      slowdownOf(places),
    )
    const idle = this.#running.size === 0 && queued === 0
    const keep = keptOf(this.#database)
    return {
      paused: this.#paused,
      running: this.#running.size,
      queued,
      finished,
      failed,
      fraction: idle ? null : fraction,
      secondsLeft: idle ? null : secondsLeft,
      concurrency,
      ...(this.#side.setting === AUTOMATIC ? { automatic: true } : {}),
      ...(keep === 0 ? {} : { keep }),
      ...(this.#toldOf === undefined ? {} : { blocked: this.#toldOf }),
    }
  }

  /** Waiting runs in the order in which they will be taken, with the times that measured steps tell. */
  waiting(): QueueEntry[] {
    const places = this.#places()
    const lefts = [...this.#running.values()].map(
      ({ id, live }) => live.secondsLeft ?? expectedLeft(this.#database, id, live.seconds),
    )
    const workers = Array.from(
      { length: this.#side.now(places) },
      (_, worker) => lefts[worker] ?? (lefts.length > worker ? null : 0),
    )
    return waitingTimes(this.#database, listWaiting(this.#database), workers, slowdownOf(places))
  }

  /** To be called after waiting runs were moved: tells everyone, and takes what may be taken. */
  reordered(): QueueEntry[] {
    const entries = this.waiting()
    this.#options.emitter.emit('queue/reordered', entries)
    this.#pump()
    return entries
  }

  set(
    change: Partial<Pick<QueueState, 'paused' | 'keep'> & { readonly concurrency: Concurrency }>,
  ): QueueState {
    const { paused, concurrency, keep } = change
    if (keep !== undefined) writeSetting(this.#database, KEPT, String(keep))
    if (paused !== undefined) writeSetting(this.#database, 'queue.paused', String((this.#paused = paused)))
    if (concurrency !== undefined) this.#side.setting = concurrency
    this.#pump()
    const state = this.state()
    this.#options.emitter.emit('queue/changed', state)
    return state
  }

  /** Queued runs are set aside; running ones stop at a checkpoint. */
  pause(ids: readonly number[]): void {
    this.#command(ids, 'pause', (id) => moveRun(this.#database, id, ['queued', 'interrupted'], 'paused'))
  }

  /** Paused runs go on from their checkpoint when their turn comes. */
  resume(ids: readonly number[]): void {
    this.#requeue(ids, (id) => moveRun(this.#database, id, ['paused', 'interrupted'], 'queued'))
  }

  /** Ends runs for good; what was measured stays. */
  cancel(ids: readonly number[]): void {
    this.#command(ids, 'cancel', (id) =>
      moveRun(this.#database, id, ['queued', 'paused', 'interrupted'], 'cancelled'),
    )
  }

  /**
   * Failed and cancelled runs are queued again, and go on from their last checkpoint when they have a sound
   * one.
   */
  retry(ids: readonly number[]): void {
    this.#requeue(ids, (id) => {
      const error = errorOf(this.#database, id)
      if (!moveRun(this.#database, id, ['failed', 'cancelled'], 'queued')) return false
      changeRun(this.#database, id, { stalls: 0, error: null, finishedAt: null })
      if (error?.code === 'bad-file' && error.where?.startsWith(this.#options.checkpointFolder)) {
        dropCheckpoints(this.#database, id)
      }
      return true
    })
  }

  /** Brings every running run to a checkpoint and stops; the runs go on when a lab starts. */
  async close(): Promise<void> {
    this.#closing = true
    for (const run of this.#running.values()) run.stop('shutdown')
    await Promise.all([...this.#running.values(), ...this.#ending].map((run) => run.thread.ended))
    this.#closed = true
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.flush()
  }

  #command(ids: readonly number[], intent: 'pause' | 'cancel', move: (id: number) => boolean): void {
    const moved = this.#database
      .transaction(() => ids.filter((id) => !this.#running.has(id) && move(id)))
      .immediate()
    for (const id of moved) this.#batch.ended(id, intent === 'cancel' ? 'cancelled' : 'paused', 0)
    for (const id of ids) {
      this.#running.get(id)?.stop(intent)
      this.#changed.add(id)
    }
    this.#tick()
  }

  #requeue(ids: readonly number[], move: (id: number) => boolean): void {
    this.flush()
    this.#database
      .transaction(() => {
        this.#batch.add(ids.filter(move))
      })
      .immediate()
    this.wake(ids)
  }

  #pump(): void {
    this.#withDisk(() => {
      // Nothing is to be claimed: nothing hinders it.
      if (!this.#mayClaim()) this.#unclaimable = null
      while (this.#mayClaim()) {
        const place = this.#nextPlace()
        if (place === null) return
        const claim = claimNext(this.#database, {
          owner: { lab: this.#options.lab, pid: process.pid },
          now: this.#options.now().toISOString(),
          only: this.#only,
          checkpointFolder: this.#options.checkpointFolder,
          modelsFolder: this.#options.modelsFolder,
        })
        this.#unclaimable = null
        if (!claim) return
        this.#running.set(claim.id, new ActiveRun(claim, place, this.#context()))
        this.#changed.add(claim.id)
        this.#schedule(0)
      }
    })
    this.#tellBlocked()
  }

  /** Does something with the database; a disk that takes nothing is no end, but told, and tried again. */
  #withDisk(action: () => void): void {
    try {
      action()
    } catch (thrown) {
      const error = explain(thrown, this.#database.name)
      if (!isDiskTrouble(error)) throw error
      this.#unclaimable = error
      this.#onBlocked()
    }
  }

  #mayClaim(): boolean {
    return (
      this.#claiming &&
      !this.#closing &&
      (this.#only !== null || !this.#paused) &&
      this.#recorder.blocked === null
    )
  }

  /** Where the next run goes; null where nothing waits, or must wait for what runs. */
  #nextPlace(): Place | null {
    const places = this.#places()
    const place = this.#side.next(places, places.length + this.#ending.size, this.#only)
    if (place === null) this.#unclaimable = null
    return place
  }

  #places(): Place[] {
    return [...this.#running.values()].map(({ place }) => place)
  }

  #context(): RunningContext {
    return {
      ...this.#options,
      recorder: this.#recorder,
      changed: (run, soon) => {
        this.#changed.add(run.id)
        if (soon) this.#tick()
        else this.#schedule(TICK_MS)
      },
      ended: (run) => {
        this.#running.delete(run.id)
        this.#unstored.set(run.id, run)
        if (run.end?.status !== 'queued')
          this.#batch.ended(run.id, run.end?.status ?? 'failed', run.live.seconds)
        this.#ending.add(run)
        // The queue's state is another one now, which the row's last change, told before, could not say.
        this.#changed.add(run.id)
        this.#haveEnded = true
        this.#tick()
        void run.thread.ended.then(() => {
          this.#ending.delete(run)
          this.#pump()
        })
      },
    }
  }

  #schedule(delay: number): void {
    if (this.#closed) return
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#tick()
      if (this.#recorder.blocked === null) this.#pump()
    }, delay)
  }

  /** Writes, then tells. */
  #tick(): void {
    try {
      this.flush()
    } catch (error) {
      this.#options.onError(error)
    }
    this.#withDisk(() => {
      this.#advance()
      if (this.#changed.size === 0) return
      const rows = this.rows(listRuns(this.#database, { ids: [...this.#changed] }))
      this.#changed.clear()
      for (const row of rows) this.#options.emitter.emit('run/changed', row)
      this.#options.emitter.emit('queue/changed', this.state())
    })
    this.#tellBlocked()
  }

  /** Queues what searches of a learning rate have chosen by the runs that have ended. */
  #advance(): void {
    if (!this.#haveEnded || this.#blocked !== null) return
    this.#haveEnded = false
    const fresh = advanceSearches(this.#database, this.#options.now().toISOString())
    if (this.#only) this.#only = [...this.#only, ...fresh]
    this.#batch.add(fresh)
    for (const id of fresh) this.#changed.add(id)
  }

  /** Brings what runs to a stop, and tries again a little later. */
  #onBlocked(): void {
    for (const run of this.#running.values()) run.stop('blocked')
    this.#schedule(RETRY_MS)
  }

  /** Tells once that the disk takes nothing, and once that it does again. */
  #tellBlocked(): void {
    const error = this.#blocked
    const text = error === null ? undefined : toErrorMessage(error).message
    if ((text === undefined) === (this.#toldOf === undefined)) return
    this.#toldOf = text
    if (error !== null) this.#options.onError(error)
    this.#withDisk(() => this.#options.emitter.emit('queue/changed', this.state()))
  }
}
