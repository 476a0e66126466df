/** One attempt of a run on a node: its thread's messages become lines of a journal, and its end a result. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { toErrorMessage } from '../../../shared/contract/errors.ts'
import type { ErrorMessage } from '../../../shared/contract/errors.ts'
import { identityOf } from '../../../shared/spec/identity.ts'
import { startThread } from '../../run/pool.ts'
import type { RunThread } from '../../run/pool.ts'
import { isDiskFull } from '../../store/failures.ts'
import { checkpointOwner } from '../../threads/checkpoint-file.ts'
import type { Timing, WorkerMessage } from '../../threads/protocol.ts'
import type { Journal, JournalEntry } from '../journal.ts'
import type { TaskPlace } from '../schedulers/types.ts'
import type { SpoolCheckpoint, SpoolPaths, SpoolResult, SpoolRun, SpoolSubmission } from '../spool.ts'
import { beginJournal, findOrigin } from './origin.ts'
import type { Origin } from './origin.ts'
import { reserve, seal, unreserve } from './seal.ts'

export interface AttemptContext {
  readonly paths: SpoolPaths
  readonly submission: SpoolSubmission
  readonly workerUrl: URL
  readonly place: TaskPlace
  readonly environment: Readonly<Record<string, string>>
  readonly now: () => Date
}

/**
 * How an attempt came to its end: with a result, told to stop, or because another attempt took over. `stuck`:
 * told to stop, and it had come no further than where it began.
 */
export type AttemptEnd = SpoolResult['status'] | 'stopped' | 'stuck' | 'displaced'

/** Progress is told so often; a journal that has long said nothing says that its task lives. */
const PROGRESS_MS = 2000
const BEAT_MS = 10_000
const LOOK_MS = 1000

type Said = JournalEntry extends infer E ? (E extends JournalEntry ? Omit<E, 'at'> : never) : never

export class Attempt {
  readonly #context: AttemptContext
  readonly #run: SpoolRun
  readonly #number: number
  readonly #journal: Journal
  readonly #origin: Origin
  #thread: RunThread | null = null
  #intent: 'pause' | 'cancel' | 'displaced' | null = null
  /** Why lines could not be written; null when they could. */
  #full: unknown = null
  #checkpoint: SpoolCheckpoint | null = null
  #saidAt = 0
  #toldAt = 0
  #stage: string | null = null
  #step: number
  #totalSteps: number | null = null
  #seconds: number
  #backend: string | null = null
  #device = ''

  /** Begins the next attempt of a run. @throws BenchError `disk-full` */
  constructor(run: SpoolRun, context: AttemptContext) {
    this.#run = run
    this.#context = context
    const { number, journal } = beginJournal(context.paths, run.run)
    this.#number = number
    this.#journal = journal
    reserve(context.paths, run.run, number)
    this.#origin = findOrigin(context.paths, run, number)
    this.#step = this.#origin.checkpoint?.step ?? 0
    this.#seconds = this.#origin.checkpoint?.seconds ?? 0
    const { job, node } = context.place
    const { after, checkpoint } = this.#origin
    const resumes = checkpoint !== null
    const place = { step: this.#step, seconds: this.#seconds, job, node }
    journal.append(this.#stamped({ kind: 'begin', after, resumes, ...place }), true)
  }

  /** Trains to the end, or until told to stop. Never rejects for what befalls the run. */
  async train(): Promise<AttemptEnd> {
    const look = setInterval(() => this.#look(), LOOK_MS)
    try {
      const last = await new Promise<Extract<WorkerMessage, { kind: 'done' | 'failed' }>>((resolve) => {
        this.#thread = this.#start((message) => {
          if (message.kind === 'done' || message.kind === 'failed') resolve(message)
          else this.#take(message)
        })
        if (this.#intent) this.#tell()
      })
      return this.#end(last)
    } finally {
      clearInterval(look)
      unreserve(this.#context.paths, this.#run.run, this.#number)
      await this.#thread?.ended
      this.#journal.close()
    }
  }

  /** Asks the run to stop at a checkpoint. */
  stop(): void {
    this.#intent ??= 'pause'
    this.#tell()
  }

  #start(onMessage: (message: WorkerMessage) => void): RunThread {
    const { paths, submission, workerUrl } = this.#context
    const { run, spec, models, methods, backend, dataHash } = this.#run
    return startThread(
      workerUrl,
      {
        ...{ job: 'train', spec, models, methods, backend, dataHash },
        recorded: this.#origin.recorded,
        ratesFile: submission.ratesFile,
        checkpoint: this.#origin.checkpoint?.file ?? null,
        secondsBefore: this.#seconds,
        checkpointFolder: paths.checkpoints,
        checkpointOwner: checkpointOwner(run, identityOf(spec)),
        checkpointEveryMs: submission.checkpointEveryMs,
        // The journal is one.
        keepsTrail: false,
        probeMs: null,
      },
      onMessage,
    )
  }

  #tell(): void {
    this.#thread?.tell(this.#intent === 'cancel' ? 'cancel' : 'pause')
  }

  #stamped(said: Said): JournalEntry {
    return { at: this.#context.now().toISOString(), ...said }
  }

  /** Writes a line; where the disk is full the run is stopped, and the line kept. */
  #say(said: Said, whole = false): boolean {
    this.#saidAt = performance.now()
    try {
      this.#journal.append(this.#stamped(said), whole)
      this.#full = null
      return true
    } catch (error) {
      if (!isDiskFull(error)) throw error
      this.#full = error
      this.stop()
      return false
    }
  }

  #take(message: Exclude<WorkerMessage, { kind: 'done' | 'failed' }>): void {
    const now = performance.now()
    if (message.kind === 'progress') {
      this.#step = message.step
      this.#totalSteps = message.totalSteps
      if (now - this.#toldAt < PROGRESS_MS && message.step < message.totalSteps) return
      this.#toldAt = now
    }
    if (message.kind === 'stage') {
      if (this.#stage === message.stage && now - this.#toldAt < PROGRESS_MS) return
      this.#stage = message.stage
      this.#toldAt = now
    }
    if (message.kind === 'environment') {
      this.#backend = message.backend
      this.#device = message.device
    }
    const isCheckpoint = message.kind === 'checkpoint'
    const said = message.kind === 'environment' ? this.#onNode(message) : message
    if (this.#say(said, isCheckpoint) && isCheckpoint) this.#keep(message)
  }

  /** What a run ran on, with what is known of the node. */
  #onNode(message: Extract<WorkerMessage, { kind: 'environment' }>): typeof message {
    const { environment, place, submission } = this.#context
    const { job, node, cpus, devices } = place
    const facts = { 'cluster job': job, 'cluster node': node, 'cluster devices': devices }
    const known = Object.entries({ ...facts, 'cluster processors': cpus === null ? null : String(cpus) })
    const told = known.filter((entry): entry is [string, string] => entry[1] !== null)
    const values = { ...environment, cluster: submission.cluster, ...Object.fromEntries(told) }
    return { ...message, values: { ...values, ...message.values } }
  }

  /** A checkpoint is one when its line is on the disk: then the one before it is not needed any more. */
  #keep({ step, seconds, hash, file, bytes }: Extract<WorkerMessage, { kind: 'checkpoint' }>): void {
    const old = this.#checkpoint?.file ?? this.#origin.checkpoint?.file
    this.#checkpoint = { step, seconds, hash, file, bytes }
    if (old !== undefined && old !== file && !this.#isDisplaced())
      rmSync(join(this.#context.paths.checkpoints, old), { force: true })
  }

  /** Whether another attempt of this run was begun, as after a node was lost and came back. */
  #isDisplaced(): boolean {
    return existsSync(this.#context.paths.journal(this.#run.run, this.#number + 1))
  }

  #look(): void {
    if (this.#isDisplaced()) {
      this.#intent = 'displaced'
      this.#tell()
    } else if (this.#intent !== 'cancel' && existsSync(this.#context.paths.cancelled(this.#run.run))) {
      this.#intent = 'cancel'
      this.#tell()
    }
    if (performance.now() - this.#saidAt > BEAT_MS) this.#say({ kind: 'beat' })
  }

  #end(last: Extract<WorkerMessage, { kind: 'done' | 'failed' }>): AttemptEnd {
    if (this.#intent === 'displaced' || this.#isDisplaced()) return 'displaced'
    if (Number.isFinite(last.seconds)) this.#seconds = last.seconds
    if (last.kind === 'done') this.#step = last.step
    this.#retryHeld()
    if (last.kind === 'failed')
      return this.#intent === 'cancel' ? this.#seal('cancelled') : this.#seal('failed', last.error)
    if (this.#full !== null) return this.#seal('failed', toErrorMessage(this.#full))
    if (last.outcome !== 'paused') return this.#seal(last.outcome, null, last.timing)
    if (existsSync(this.#context.paths.cancelled(this.#run.run))) return this.#seal('cancelled')
    const from = this.#origin.checkpoint?.step ?? 0
    return (this.#checkpoint?.step ?? from) > from ? 'stopped' : 'stuck'
  }

  /** What could not be written may have room now. */
  #retryHeld(): void {
    try {
      this.#journal.flush(true)
      this.#full = null
    } catch (error) {
      if (!isDiskFull(error)) throw error
      this.#full = error
    }
  }

  #seal(
    status: SpoolResult['status'],
    error: ErrorMessage | null = null,
    timing: Timing | null = null,
  ): AttemptEnd {
    seal(this.#context.paths, this.#run.run, {
      ...{ attempt: this.#number, bytes: this.#journal.bytes, status, error, timing },
      ...{ step: this.#step, totalSteps: this.#totalSteps, seconds: this.#seconds },
      ...{ backend: this.#backend, device: this.#device },
      endedAt: this.#context.now().toISOString(),
      checkpoint: this.#checkpoint ?? null,
    })
    return status
  }
}
