/** When the mask changes in training, and by how much. */
import { STATIC } from '../../shared/methods/dynamic/index.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'

export type DynamicSettings = Omit<RunSpec['dynamic'], 'settings'>

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
