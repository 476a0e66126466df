/** One running run: its thread's messages become writes, events and, at the end, a status. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ErrorMessage } from '../../shared/contract/errors.ts'
import { toErrorMessage } from '../../shared/contract/errors.ts'
import type { RunEvent } from '../../shared/contract/lab.ts'
import type { RunStatus } from '../../shared/contract/run.ts'
import { lengthOf } from '../../shared/planning/plan.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { OwnContents } from '../../engine/index.ts'
import type { Claim } from './claim.ts'
import type { LabEmitter } from '../process/emitter.ts'
import { Live } from './live.ts'
import { startThread } from './pool.ts'
import type { RunThread } from './pool.ts'
import type { Recorder } from './recorder.ts'
import type { Place } from './side-by-side.ts'
import { dropCheckpoints, recordCheckpoint } from '../store/artifacts.ts'
import { addEvent } from '../store/events.ts'
import { writeLayers } from '../store/layers.ts'
import { writePoints } from '../store/metrics.ts'
import { changeRun } from '../store/runs.ts'
import { sealRun } from '../store/seals.ts'
import { checkpointOwner } from '../threads/checkpoint-file.ts'
import { trailName } from '../threads/trail.ts'
import { identityOf } from '../../shared/spec/identity.ts'
import { findStepTime, recordStepTime, workOf } from '../store/step-times.ts'
import type { Timing, WorkerInput, WorkerMessage } from '../threads/protocol.ts'

/** What a running run needs of its lab. */
export interface RunningContext {
  readonly workerUrl: URL
  readonly checkpointFolder: string
  readonly checkpointEveryMs: number
  readonly ratesFile: string
  /** A specification's own methods; throws where they may not run. */
  readonly methods: (spec: RunSpec) => OwnContents
  /** Facts about the program that every run records. */
  readonly environment: Readonly<Record<string, string>>
  readonly recorder: Recorder
  readonly emitter: LabEmitter
  readonly now: () => Date
  /** Something about the run is new; `soon` wants it written and told at once. */
  readonly changed: (run: ActiveRun, soon: boolean) => void
  readonly ended: (run: ActiveRun) => void
}

/** What a run ends with that does not go on by itself or when it is told to. */
const ENDS: readonly RunStatus[] = ['finished', 'diverged', 'failed', 'cancelled']

/** Why the lab told a run to stop. */
export type Intent = 'pause' | 'cancel' | 'shutdown' | 'blocked'

/** What keeps a run's methods from running is the run's own failure, told by its thread. */
export function methodsOrWhyNot(
  { methods }: Pick<RunningContext, 'methods'>,
  spec: RunSpec,
): WorkerInput['methods'] {
  try {
    return methods(spec)
  } catch (error) {
    return { refused: toErrorMessage(error) }
  }
}

export class ActiveRun {
  readonly id: number
  readonly claim: Claim
  readonly live: Live
  readonly thread: RunThread
  readonly place: Place
  readonly #context: RunningContext
  readonly #owner: string
  #backend: string | null = null
  #device = ''
  #intent: Intent | null = null
  /** Set when the run has ended. */
  end: { readonly status: RunStatus; readonly error: ErrorMessage | null } | null = null

  constructor(claim: Claim, place: Place, context: RunningContext) {
    this.id = claim.id
    this.place = place
    this.claim = claim
    this.live = new Live(claim.step, claim.seconds)
    this.#context = context
    this.#owner = checkpointOwner(claim.id, identityOf(claim.spec))
    this.thread = startThread(
      context.workerUrl,
      {
        job: 'train',
        spec: claim.spec,
        models: claim.models,
        methods: methodsOrWhyNot(context, claim.spec),
        backend: claim.backend,
        recorded: claim.recorded,
        dataHash: claim.dataHash,
        ratesFile: context.ratesFile,
        checkpoint: claim.checkpoint,
        secondsBefore: claim.seconds,
        checkpointFolder: context.checkpointFolder,
        checkpointOwner: this.#owner,
        checkpointEveryMs: context.checkpointEveryMs,
        keepsTrail: true,
        probeMs: null,
      },
      (message) => this.#take(message),
      place.threads,
    )
  }

  /**
   * Asks the run to stop after its next step; all but `cancel` leave a checkpoint. A cancellation is final.
   */
  stop(intent: Intent): void {
    if (this.#intent === 'cancel') return
    this.#intent = intent
    this.thread.tell(intent === 'cancel' ? 'cancel' : 'pause')
  }

  #take(message: WorkerMessage): void {
    const { recorder, emitter } = this.#context
    switch (message.kind) {
      case 'stage':
        this.live.stage = message.stage
        this.live.stageFraction = message.fraction
        return this.#context.changed(this, false)
      case 'progress':
        this.live.progress(message.step, message.totalSteps, message.seconds)
        return this.#context.changed(this, false)
      case 'metrics':
        recorder.add((database) => writePoints(database, this.id, message.points))
        emitter.emit('run/metrics', { run: this.id, points: message.points })
        return this.#context.changed(this, false)
      case 'layers':
        recorder.add((database) => writeLayers(database, this.id, message.reports))
        return this.#context.changed(this, true)
      case 'event':
        return this.event(message.level, message.message, message.step)
      case 'environment':
        this.#backend = message.backend
        this.#device = message.device
        recorder.add((database) =>
          changeRun(database, this.id, {
            backendUsed: message.backend,
            device: message.device,
            environment: JSON.stringify({ ...this.#context.environment, ...message.values }),
          }),
        )
        return this.#context.changed(this, true)
      case 'checkpoint':
        return this.#onCheckpoint(message)
      case 'done':
        return this.#onDone(message)
      case 'failed': {
        this.live.seconds = Number.isFinite(message.seconds) ? message.seconds : this.live.seconds
        const cancelled = this.#intent === 'cancel'
        return this.#finish(cancelled ? 'cancelled' : 'failed', cancelled ? null : message.error)
      }
    }
  }

  /** Records an event of the run and tells it. */
  event(level: RunEvent['level'], text: string, step: number | null): void {
    const event: RunEvent = { at: this.#context.now().toISOString(), step, level, message: text }
    this.#context.recorder.add((database) => addEvent(database, this.id, event))
    this.#context.emitter.emit('run/event', { run: this.id, event })
    this.#context.changed(this, false)
  }

  #onCheckpoint(message: Extract<WorkerMessage, { kind: 'checkpoint' }>): void {
    let old: string[] = []
    const { step, seconds, hash, file, bytes } = message
    this.#context.recorder.add(
      (database) => {
        old = recordCheckpoint(
          database,
          { run: this.id, step, seconds, hash, file, bytes },
          this.#context.now().toISOString(),
        )
        changeRun(database, this.id, {
          step,
          seconds,
          stalls: 0,
          heartbeat: this.#context.now().toISOString(),
        })
      },
      () => this.#remove(old),
    )
    this.#context.changed(this, true)
  }

  #remove(files: readonly string[]): void {
    for (const file of files) rmSync(join(this.#context.checkpointFolder, file), { force: true })
  }

  #onDone(message: Extract<WorkerMessage, { kind: 'done' }>): void {
    this.live.step = message.step
    this.live.seconds = message.seconds
    this.#recordTiming(message.timing)
    switch (message.outcome) {
      case 'finished':
        return this.#finish('finished', null)
      case 'diverged':
        return this.#finish('diverged', null)
      case 'cancelled':
        return this.#finish('cancelled', null)
      case 'paused':
        if (this.#intent === 'shutdown') return this.#finish('interrupted', null)
        // It goes on by itself once the disk takes what there is to store.
        if (this.#intent === 'blocked') return this.#finish('queued', null)
        return this.#finish('paused', null)
    }
  }

  #recordTiming({ stepMs, startSeconds, totalSteps }: Timing): void {
    const { spec } = this.claim
    if (stepMs === null || totalSteps === null || lengthOf(spec.training) === 0 || this.#backend === null)
      return
    const work = workOf(spec)
    const { share } = this.place
    const backend = this.#backend
    const time = {
      backend,
      device: this.#device,
      stepMs: backend === 'sparse' ? stepMs * share : stepMs,
      startSeconds,
      stepsPerEpoch: totalSteps / lengthOf(spec.training),
    }
    this.#context.recorder.add((database) => {
      // What ran beside others tells less than what ran alone.
      if (share < 1 && findStepTime(database, work, backend)) return
      recordStepTime(database, work, time, this.#context.now().toISOString())
    })
  }

  #finish(status: RunStatus, error: ErrorMessage | null): void {
    this.end = { status, error }
    const now = this.#context.now().toISOString()
    const { step, seconds, totalSteps } = this.live
    const over = status === 'finished' || status === 'diverged'
    let old: string[] = []
    if (error) this.event('error', error.message, null)
    this.#context.recorder.add(
      (database) => {
        changeRun(database, this.id, {
          status,
          step,
          seconds,
          error: error && JSON.stringify(error),
          ...(totalSteps === null ? {} : { totalSteps }),
          finishedAt: ENDS.includes(status) ? now : null,
          divergedAt: status === 'diverged' ? step : null,
          ...(over ? { stalls: 0 } : {}),
        })
        if (over) sealRun(database, this.id, now)
        if (over) old = [...dropCheckpoints(database, this.id, step), trailName(this.#owner)]
      },
      () => this.#remove(old),
    )
    this.#context.ended(this)
  }
}
