/** Learning-rate schedules: pure functions of the step. */
import type { RunSpec } from '../../shared/spec/schema.ts'

type Training = Pick<RunSpec['training'], 'learningRate' | 'schedule' | 'milestones' | 'gamma' | 'warmup'>

/** base · gamma^(number of milestones passed); milestones in steps. */
export function multiStepRate(
  base: number,
  milestones: readonly number[],
  gamma: number,
  step: number,
): number {
  let rate = base
  for (const milestone of milestones) if (step >= milestone) rate *= gamma
  return rate
}

/**
 * Linear warm-up over `warmup` steps, then half a cosine down to 0 at `total`
 * (Loshchilov and Hutter 2017, without restarts). `step` counts from 0.
 */
export function cosineRate(base: number, total: number, warmup: number, step: number, least = 0): number {
  if (step < warmup) return (base * (step + 1)) / warmup
  return (
    least + ((base - least) / 2) * (1 + Math.cos((Math.PI * (step - warmup)) / Math.max(1, total - warmup)))
  )
}

/**
 * Learning rate of a step (from 0) of `total`, by the specification; milestones and warm-up are fractions of
 * training.
 */
export function learningRate(training: Training, step: number, total: number): number {
  const warmup = Math.round(training.warmup * total)
  if (training.schedule === 'cosine') return cosineRate(training.learningRate, total, warmup, step)
  const warm = step < warmup ? (step + 1) / warmup : 1
  if (training.schedule === 'constant') return training.learningRate * warm
  const milestones = training.milestones.map((fraction) => Math.round(fraction * total))
  return multiStepRate(training.learningRate, milestones, training.gamma, step) * warm
}
