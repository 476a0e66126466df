/** When masks change in training, and by how much. */
import { STATIC } from '../methods/dynamic/index.ts'
import { dynamicTraits } from '../methods/traits.ts'
import type { RunSpec } from '../spec/schema.ts'

export type DynamicSettings = Pick<RunSpec['dynamic'], 'method' | 'interval' | 'fraction' | 'until'>

/** The step after which the mask stays: a fraction of all steps, rounded down. */
export const lastUpdate = (settings: DynamicSettings, totalSteps: number): number =>
  Math.floor(settings.until * totalSteps)

/**
 * α/2·(1 + cos(π·t/T_end)) for t ≤ T_end, and 0 after (Evci et al. 2020, equation 1). With a `minimum` the
 * cosine falls to that instead, as in the EOI paper's public code.
 */
export function dropFraction(initial: number, step: number, end: number, minimum = 0): number {
  if (end <= 0 || step >= end) return minimum
  return minimum + ((initial - minimum) / 2) * (1 + Math.cos((Math.PI * step) / end))
}

/**
 * Whether the mask is updated after optimizer step `step` (counted from 1): at every multiple of the
 * interval, before the last update's step.
 */
export function updatesAt(settings: DynamicSettings, step: number, totalSteps: number): boolean {
  return (
    settings.method !== STATIC &&
    step > 0 &&
    step % settings.interval === 0 &&
    step < lastUpdate(settings, totalSteps)
  )
}

/** How many updates `updatesAt` names in so many steps. */
export const intervalUpdates = (settings: DynamicSettings, totalSteps: number): number =>
  settings.method === STATIC
    ? 0
    : Math.max(0, Math.ceil(lastUpdate(settings, totalSteps) / settings.interval) - 1)

/** A cubic schedule: updates after t0 + i·Δt steps, i = 0 … n. */
export interface PruningSteps {
  readonly t0: number
  readonly n: number
  readonly dt: number
}

/**
 * The schedule of a run: from `begin` to `until` of training, every `interval` steps, before the last step.
 */
export function pruningSteps(
  { begin, until, interval }: Pick<RunSpec['dynamic'], 'begin' | 'until' | 'interval'>,
  totalSteps: number,
): PruningSteps {
  const t0 = Math.floor(begin * totalSteps + 1e-9)
  const end = Math.min(Math.floor(until * totalSteps + 1e-9), totalSteps - 1)
  return { t0, n: Math.max(0, Math.floor((end - t0) / interval)), dt: interval }
}

/**
 * What of the way from the first density to the last is to come: (1 − (t − t0)/(n·Δt))³, 1 before t0 and 0
 * after the last update, so that the sparsity is s_f + (s_i − s_f)·remaining (Zhu & Gupta 2017, equation
 * 1).
 */
export function cubicRemainder(step: number, { t0, n, dt }: PruningSteps): number {
  if (step >= t0 + n * dt) return 0
  return step < t0 ? 1 : (1 - (step - t0) / (n * dt)) ** 3
}

/** Whether a cubic schedule has an update after so many steps. */
export const prunesAt = (step: number, { t0, n, dt }: PruningSteps): boolean =>
  step >= t0 && step <= t0 + n * dt && (step - t0) % dt === 0

/**
 * Whether a run's masks are updated after `step` steps; `roundEnds` are the ends of all rounds but the last.
 */
export function maskMoments(
  { dynamic }: Pick<RunSpec, 'dynamic'>,
  totalSteps: number,
  roundEnds: ReadonlySet<number>,
): (step: number) => boolean {
  const { moments = 'interval' } = dynamicTraits({ dynamic })
  const schedule = pruningSteps(dynamic, totalSteps)
  switch (moments) {
    case 'interval':
      return (step) => updatesAt(dynamic, step, totalSteps)
    case 'schedule':
      return (step) => prunesAt(step, schedule)
    case 'start':
      return (step) => step === 0
    case 'rounds':
      return (step) => roundEnds.has(step)
    case 'refresh':
      return (step) => step % dynamic.refresh === 0 || step === totalSteps
  }
}
