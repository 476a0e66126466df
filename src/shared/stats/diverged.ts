/**
 * What a diverged run counts with. Its last evaluation lies before it diverged – often at step 0 – and says
 * nothing of how it ended: a network of numbers that are none, which guesses.
 */
import type { DivergedEnd } from '../contract/lab.ts'

/**
 * `accuracy`, `loss` and `perplexity` of any phase are taken again at the end; everything else stays as it
 * was measured.
 */
export function isReplaced(metric: string): boolean {
  return /^(train|validation|test)\.(accuracy|loss|perplexity)$/.test(metric)
}

/**
 * How a diverged run ended: with chance (1 / classes; NaN where the classes are not known), and with the loss
 * that ended it, which is NaN or infinite.
 * @param classes of its data; null where they are not known
 * @param loss the last training loss, where there is one
 */
export function divergedEnd(
  run: number,
  step: number,
  classes: number | null,
  loss: number | undefined,
): DivergedEnd {
  return {
    run,
    step,
    accuracy: classes === null ? NaN : 1 / classes,
    loss: loss === undefined || Number.isFinite(loss) ? NaN : loss,
  }
}

/**
 * The value that a diverged run counts with, whatever step is asked for; null where it has no such
 * metric.
 */
export function divergedValue(metric: string, measured: number | null, end: DivergedEnd): number | null {
  if (measured === null || !isReplaced(metric)) return measured
  return metric.endsWith('.accuracy') ? end.accuracy : end.loss
}

interface Points {
  readonly steps: readonly number[]
  readonly values: readonly number[]
}

/**
 * A curve of a diverged run with what it counts with at every step of others after it ended, so that the run
 * stays in the mean. Curves of other metrics, and steps up to the end, stay as they are.
 * @param steps of all curves that it is drawn with, rising
 */
export function continueDiverged<Curve extends Points>(
  curve: Curve,
  metric: string,
  end: DivergedEnd,
  steps: readonly number[],
): Curve {
  if (!isReplaced(metric)) return curve
  const last = curve.steps.at(-1) ?? -1
  const after = steps.filter((step) => step > last && step >= end.step)
  const value = divergedValue(metric, 0, end) ?? NaN
  return {
    ...curve,
    steps: [...curve.steps, ...after],
    values: [...curve.values, ...after.map(() => value)],
  }
}
