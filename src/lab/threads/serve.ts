/**
 * Runs one trainer in a thread and reports to the lab: batches metrics, throttles progress, has the clock
 * that says when a checkpoint is due, and writes checkpoint files. Which trainer it is comes from outside, so
 * that tests use a fake one.
 */
import { join } from 'node:path'
import type { MessagePort } from 'node:worker_threads'
import type { Checkpoint, OwnContents, TrainCallbacks, TrainResult } from '../../engine/index.ts'
import { fromErrorMessage, toErrorMessage } from '../../shared/contract/errors.ts'
import type { MetricPoint } from '../../shared/contract/run.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { explainSystem, isDiskTrouble } from '../store/failures.ts'
import { readCheckpointFile, writeCheckpointFile } from './checkpoint-file.ts'
import { COMMANDS } from './protocol.ts'
import type { Timing, WorkerInput, WorkerMessage } from './protocol.ts'
import { Trail } from './trail.ts'
import type { Kept } from './trail.ts'

/** What a trainer gets besides the callbacks. */
export interface TrainerJob {
  readonly spec: RunSpec
  /** The specification's own methods. */
  readonly methods: OwnContents
  readonly backend: string
  readonly recorded: string | null
  readonly dataHash: string | null
  readonly ratesFile: string
  readonly resumeFrom: Checkpoint | null
  readonly callbacks: TrainCallbacks
  /** Tells the lab what the run runs on. */
  environment(backend: string, device: string, values: Record<string, string>): void
}

export interface Trainer {
  train(job: TrainerJob): Promise<TrainResult>
  encode(checkpoint: Checkpoint): Uint8Array
  decode(bytes: Uint8Array): Checkpoint
}

const METRICS_MS = 200
const PROGRESS_MS = 100
/** The first checkpoint comes early, so that a short run that is killed has one; then the pauses double. */
const FIRST_CHECKPOINT_MS = 1000
/** Writing checkpoints takes at most this part of the time. */
const CHECKPOINT_SHARE = 0.05

class ServedRun {
  readonly #port: MessagePort
  readonly #input: WorkerInput
  readonly #trainer: Trainer
  readonly #flag: Int32Array
  readonly #began = performance.now()
  #points: MetricPoint[] = []
  #pointsSent = 0
  #progressSent = 0
  #checkpointAt: number
  #checkpointPause: number
  /** Why the latest checkpoint could not be stored; null when it is. */
  #unstored: unknown = null
  /** Null: the run keeps none. */
  #trail: Trail | null = null
  #firstStep: { readonly at: number; readonly step: number } | null = null
  #progress = { step: 0, totalSteps: 0 }

  constructor(port: MessagePort, input: WorkerInput, trainer: Trainer) {
    this.#port = port
    this.#input = input
    this.#trainer = trainer
    this.#flag = new Int32Array(input.flag)
    this.#checkpointAt = this.#began
    this.#checkpointPause = Math.min(FIRST_CHECKPOINT_MS, input.checkpointEveryMs)
  }

  get seconds(): number {
    return this.#input.secondsBefore + (performance.now() - this.#began) / 1000
  }

  send(message: WorkerMessage): void {
    this.#port.postMessage(message)
  }

  /** Tells what the database is to keep. */
  tell(message: Kept): void {
    this.#trail?.keep(message)
    this.send(message)
  }

  /** Where the run begins, before it tells anything. */
  beginsAt(resumeFrom: Checkpoint | null): void {
    const { keepsTrail, checkpointFolder, checkpointOwner, checkpoint } = this.#input
    if (!keepsTrail) return
    const from = resumeFrom && checkpoint !== null ? { file: checkpoint, step: resumeFrom.step } : null
    this.#trail = new Trail(checkpointFolder, checkpointOwner, from)
  }

  flush(): void {
    if (this.#points.length > 0) this.tell({ kind: 'metrics', points: this.#points })
    this.#points = []
    this.#pointsSent = performance.now()
  }

  timing(): Timing {
    const { step, totalSteps } = this.#progress
    const steps = this.#firstStep ? step - this.#firstStep.step : 0
    return {
      stepMs: this.#firstStep && steps > 0 ? (performance.now() - this.#firstStep.at) / steps : null,
      startSeconds: ((this.#firstStep?.at ?? performance.now()) - this.#began) / 1000,
      totalSteps: totalSteps > 0 ? totalSteps : null,
    }
  }

  #onProgress(step: number, totalSteps: number): void {
    const now = performance.now()
    this.#progress = { step, totalSteps }
    this.#firstStep ??= { at: now, step }
    if (this.#points.length > 0 && now - this.#pointsSent >= METRICS_MS) this.flush()
    if (now - this.#progressSent < PROGRESS_MS && step < totalSteps) return
    this.#progressSent = now
    this.send({ kind: 'progress', step, totalSteps, seconds: this.seconds })
  }

  #onCheckpoint(checkpoint: Checkpoint): void {
    if (this.#input.probeMs !== null) return
    const began = performance.now()
    this.flush()
    try {
      const { checkpointFolder, checkpointOwner } = this.#input
      const bytes = this.#trainer.encode(checkpoint)
      const written = writeCheckpointFile(checkpointFolder, checkpointOwner, checkpoint.step, bytes)
      const { step } = checkpoint
      const message = { kind: 'checkpoint' as const, step, seconds: this.seconds, ...written }
      this.#trail?.record(message)
      this.#unstored = null
      this.send(message)
    } catch (error) {
      if (!isDiskTrouble(error)) throw error
      this.#unstored = error
      this.send({
        kind: 'event',
        level: 'warning',
        step: checkpoint.step,
        message: toErrorMessage(error).message,
      })
    }
    this.#checkpointAt = performance.now()
    this.#checkpointPause = Math.max(
      Math.min(this.#input.checkpointEveryMs, 2 * this.#checkpointPause),
      (this.#checkpointAt - began) / CHECKPOINT_SHARE,
    )
  }

  #command(): (typeof COMMANDS)[number] {
    const { probeMs } = this.#input
    if (probeMs !== null && this.#firstStep && performance.now() - this.#firstStep.at > probeMs) {
      return 'cancel'
    }
    return COMMANDS[Atomics.load(this.#flag, 0)] ?? 'continue'
  }

  /** @throws BenchError when the last weights are not stored, which says why: then the run is not over. */
  requireStored(): void {
    if (this.#unstored !== null) throw this.#unstored
  }

  callbacks(): TrainCallbacks {
    return {
      stage: (stage, fraction) => this.send({ kind: 'stage', stage, fraction }),
      metrics: (points) => {
        this.#points.push(...points)
        if (performance.now() - this.#pointsSent >= METRICS_MS) this.flush()
      },
      layers: (reports) => this.tell({ kind: 'layers', reports }),
      event: (level, message, step) => this.tell({ kind: 'event', level, message, step }),
      progress: (step, totalSteps) => this.#onProgress(step, totalSteps),
      checkpoint: (checkpoint) => this.#onCheckpoint(checkpoint),
      command: () => this.#command(),
      checkpointDue: () =>
        this.#input.probeMs === null && performance.now() - this.#checkpointAt >= this.#checkpointPause,
      now: () => this.seconds * 1000,
    }
  }
}

/** Trains what the input says and ends with exactly one message `done` or `failed`. */
export async function serve(port: MessagePort, input: WorkerInput, trainer: Trainer): Promise<void> {
  const session = new ServedRun(port, input, trainer)
  try {
    if ('refused' in input.methods) throw fromErrorMessage(input.methods.refused)
    const file = input.checkpoint
    const resumeFrom =
      file === null ? null : trainer.decode(readCheckpointFile(join(input.checkpointFolder, file)))
    session.beginsAt(resumeFrom)
    const result = await trainer.train({
      spec: input.spec,
      methods: input.methods,
      backend: input.backend,
      recorded: input.recorded,
      dataHash: input.dataHash,
      ratesFile: input.ratesFile,
      resumeFrom,
      callbacks: session.callbacks(),
      environment: (backend, device, values) =>
        session.tell({ kind: 'environment', backend, device, values }),
    })
    if (result.outcome === 'finished' || result.outcome === 'diverged') session.requireStored()
    session.flush()
    session.send({
      kind: 'done',
      outcome: result.outcome,
      step: result.step,
      message: result.message,
      seconds: session.seconds,
      timing: session.timing(),
    })
  } catch (error) {
    session.flush()
    session.send({ kind: 'failed', error: toErrorMessage(explainSystem(error)), seconds: session.seconds })
  }
}
