/**
 * Measured times of steps on this machine, by the shape of the work and the backend; what estimates are made
 * of.
 */
import { lengthOf } from '../../shared/planning/plan.ts'
import { knownClasses } from '../../shared/spec/data-shapes.ts'
import { changedFields } from '../../shared/spec/identity.ts'
import type { FieldPath, RunSpec } from '../../shared/spec/schema.ts'
import { usedSpec } from '../../shared/spec/usage.ts'
import type { Connection } from './open.ts'
import { prepared } from './statements.ts'

export interface StepTime {
  readonly backend: string
  readonly device: string
  readonly stepMs: number
  /** Seconds before the first step: data, density, initialization, compilation. */
  readonly startSeconds: number
  /** Of all rounds, an epoch, or a step of one training where the specification gives steps. */
  readonly stepsPerEpoch: number
}

/**
 * Fields that change what a step computes, but not how much. All others, those of tomorrow included, make
 * another work: a rate that is measured once too often costs a second, one that is not of this work misleads.
 */
export const STEP_NEUTRAL: ReadonlySet<FieldPath> = new Set([
  'seed',
  'training.epochs',
  'training.steps',
  'training.learningRate',
  'training.schedule',
  'training.milestones',
  'training.gamma',
  'training.warmup',
  'training.labelSmoothing',
  'initialization.gain',
  'initialization.biasStd',
  'initialization.dense',
])

/** The part of a specification that the time of a step depends on, as text: the same for all seeds. */
export function workOf(spec: RunSpec): string {
  const fields = Object.entries(changedFields(usedSpec(spec))).filter(([path]) => !STEP_NEUTRAL.has(path))
  const own = new Map(fields)
  // What is known by its name or by its content may be moved and renamed.
  if (own.has('model.sha256')) own.delete('model.name')
  if (own.has('data.sha256') || knownClasses(spec.data.name) !== null) own.delete('data.path')
  if (own.has('initialization.file.sha256')) own.delete('initialization.file.path')
  // A length in steps leaves the step alone, but not what a measured run says of an epoch.
  const bySteps = spec.training.steps > 0 ? { bySteps: true } : {}
  return JSON.stringify({ ...Object.fromEntries(own), ...bySteps })
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
  return prepared(
    database,
    `
    SELECT backend, device, step_ms AS stepMs, start_seconds AS startSeconds, steps_per_epoch AS stepsPerEpoch
    FROM step_times WHERE shape = @shape AND (backend = @backend OR @backend = 'auto')
    ORDER BY measured_at DESC LIMIT 1
  `,
  ).get({ shape, backend }) as StepTime | undefined
}

/**
 * Seconds of a run of this work by measurement; null when none fits.
 * @param length of its training, as `lengthOf` tells it
 */
export function secondsOf(
  database: Connection,
  work: string,
  backend: string,
  length: number,
): number | null {
  const time = findStepTime(database, work, backend)
  return time ? time.startSeconds + (time.stepsPerEpoch * length * time.stepMs) / 1000 : null
}

/** Seconds that a run of the specification takes on this machine, by measurement; null when none fits. */
export const expectedSeconds = (database: Connection, spec: RunSpec, backend: string): number | null =>
  secondsOf(database, workOf(spec), backend, lengthOf(spec.training))
