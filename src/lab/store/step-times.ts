/**
 * Measured times of steps on this machine, by the shape of the work and the backend; what estimates are made
 * of.
 */
import { dynamicTraits } from '../../shared/methods/traits.ts'
import { lengthOf } from '../../shared/planning/plan.ts'
import { usedSpec } from '../../shared/spec/usage.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Connection } from './open.ts'

export interface StepTime {
  readonly backend: string
  readonly device: string
  readonly stepMs: number
  /** Seconds before the first step: data, density, initialization, compilation. */
  readonly startSeconds: number
  /** Of all rounds, an epoch, or a step of one training where the specification gives steps. */
  readonly stepsPerEpoch: number
}

/** The part of a specification that the time of a step depends on, as text. */
export function workOf(spec: RunSpec): string {
  const { data, training, sparsity, dynamic } = spec
  const { sha256, ...model } = spec.model
  return JSON.stringify({
    model: sha256 === '' ? model : spec.model,
    data: {
      name: data.name,
      size: data.size,
      augment: data.augment,
      limit: data.limit,
      validation: data.validation,
      ...(data.name === 'file' ? { content: data.sha256 || data.path } : {}),
    },
    batch: training.batchSize,
    optimizer: training.optimizer,
    evaluations: training.evaluations,
    ...(training.steps > 0 ? { bySteps: true } : {}),
    density: sparsity.density,
    distribution: sparsity.distribution,
    scheme: spec.initialization.scheme,
    dynamic: dynamicTraits({ dynamic }).moments ? usedSpec(spec).dynamic : dynamic.method,
  })
}

/** Records a measurement; the newest counts. */
export function recordStepTime(database: Connection, shape: string, time: StepTime, now: string): void {
  database
    .prepare(
      `
    INSERT OR REPLACE INTO step_times
      (shape, backend, device, step_ms, start_seconds, steps_per_epoch, measured_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
  `,
    )
    .run(shape, time.backend, time.device, time.stepMs, time.startSeconds, time.stepsPerEpoch, now)
}

/** The measured time of a shape on a backend; `auto` takes the newest of any. */
export function findStepTime(database: Connection, shape: string, backend: string): StepTime | undefined {
  return database
    .prepare<[object], StepTime>(
      `
    SELECT backend, device, step_ms AS stepMs, start_seconds AS startSeconds, steps_per_epoch AS stepsPerEpoch
    FROM step_times WHERE shape = @shape AND (backend = @backend OR @backend = 'auto')
    ORDER BY measured_at DESC LIMIT 1
  `,
    )
    .get({ shape, backend })
}

/** Seconds that a run of the specification takes on this machine, by measurement; null when none fits. */
export function expectedSeconds(database: Connection, spec: RunSpec, backend: string): number | null {
  const time = findStepTime(database, workOf(spec), backend)
  return time ? time.startSeconds + (time.stepsPerEpoch * lengthOf(spec.training) * time.stepMs) / 1000 : null
}
