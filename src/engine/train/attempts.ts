/**
 * Runs on the first of its backends that takes a step. Memory that cannot be had shows itself when a backend
 * is compiled, when it is measured, or only in the first evaluation or step; until that is done, nothing
 * of the curves is told, so that they are of the backend that trains.
 */
import { BenchError, toErrorMessage } from '../../shared/contract/errors.ts'
import type { MetricPoint } from '../../shared/contract/run.ts'
import type { Backend } from '../program/backend.ts'
import type { Program } from '../program/types.ts'
import type { TrainCallbacks, TrainRequest } from './types.ts'

/** One attempt of a run, which may be given up until its first step is done. */
export class Attempt {
  readonly request: TrainRequest
  readonly #told: Set<string>
  #backend: Backend | null = null
  #held: (readonly MetricPoint[])[] | null = []

  /** @param told what the attempts before told, which is not told again */
  constructor(request: TrainRequest, told: Set<string>) {
    this.#told = told
    const { callbacks } = request
    this.request = {
      ...request,
      callbacks: {
        stage: (...given) => callbacks.stage(...given),
        command: () => callbacks.command(),
        checkpointDue: (step) => callbacks.checkpointDue(step),
        now: () => callbacks.now(),
        metrics: (points) => this.#metrics(callbacks, points),
        layers: (reports) => this.#once('layers', () => callbacks.layers(reports)),
        event: (level, message, step) =>
          this.#once(`${step} ${message}`, () => callbacks.event(level, message, step)),
        progress: (step, total) => {
          if (step > 0) this.begin()
          callbacks.progress(step, total)
        },
        checkpoint: (checkpoint) => {
          this.begin()
          return callbacks.checkpoint(checkpoint)
        },
      },
      onTrainer: (backend, choice) => {
        this.#backend = backend
        request.onTrainer?.(backend, choice)
      },
    }
  }

  /** A step is done: from here on all is told, and no other backend takes over. */
  begin(): void {
    const held = this.#held
    this.#held = null
    for (const points of held ?? []) this.request.callbacks.metrics(points)
  }

  /**
   * The request without the backend that failed, which is told; null where it is too late for another
   * backend, none is left that can train this, or the failure is not the backend's.
   */
  next(error: unknown, program: Program, { trainer, ...request }: TrainRequest): TrainRequest | null {
    const failed = this.#backend
    const ofTheBackend = !(error instanceof BenchError) || error.code === 'unavailable'
    if (this.#held === null || failed === null || !trainer || !ofTheBackend) return null
    const backends = trainer.backends.filter(({ name }) => name !== failed.name)
    if (!backends.some((backend) => backend.refuses(program).length === 0)) return null
    const { message } = toErrorMessage(error)
    request.callbacks.event('warning', `The ${failed.name} backend is passed over: ${message}`, 0)
    return { ...request, trainer: { ...trainer, backends } }
  }

  #metrics(callbacks: TrainCallbacks, points: readonly MetricPoint[]): void {
    if (this.#held === null) return callbacks.metrics(points)
    const curves = points.filter(({ phase }) => phase !== 'initialization')
    const first = points.filter(({ phase }) => phase === 'initialization')
    if (curves.length > 0) this.#held.push(curves)
    const names = new Set(first.map(({ name }) => name))
    if (first.length > 0) this.#once(`metrics ${[...names].join()}`, () => callbacks.metrics(first))
  }

  /** Until the first step; what is told then, at whatever step, is told each time. */
  #once(what: string, tell: () => void): void {
    if (this.#held !== null && this.#told.has(what)) return
    if (this.#held !== null) this.#told.add(what)
    tell()
  }
}
