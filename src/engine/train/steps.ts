/**
 * Runs the steps of a run: one at a time with fed batches, or many in one call where the backend keeps the
 * training examples. What comes out is the same, bit for bit.
 */
import type { Executable } from '../program/backend.ts'
import type { ResidentSet } from '../data/types.ts'
import type { FloatArray, TensorData } from '../ops/ir.ts'
import type { StepFeeds } from './feeds.ts'
import { endedRound, evaluationDue, type TrainingPlan } from '../../shared/planning/plan.ts'

export interface StepResults {
  /** One a step. */
  readonly losses: FloatArray | Int32Array
  /** Right answers, one a step. */
  readonly correct: FloatArray | Int32Array
  /** Learning rate of the last of them. */
  readonly rate: number
}

/** A call takes about so long at most, since a run is paused and cancelled between calls. */
const CALL_MS = 100
const MOST_STEPS = 1024

/** Steps whose time is taken, and how many of them are warming up. */
const TIMED = 20
const UNTIMED = 5

/** After so many steps the training metrics are reported; the last step of a round is always one. */
export function reportDue(plan: TrainingPlan, step: number): boolean {
  return step % plan.reportEvery === 0 || endedRound(plan, step) !== null
}

/** Steps from `step` on, at most `most`, until metrics are reported, sets evaluated or masks changed. */
export function stepsUntilStop(
  plan: TrainingPlan,
  masksDue: (step: number) => boolean,
  step: number,
  most: number,
): number {
  for (let count = 1; count < most; count++) {
    const at = step + count
    if (reportDue(plan, at) || evaluationDue(plan, at) || masksDue(at)) return count
  }
  return most
}

export interface StepSituation {
  readonly plan: TrainingPlan
  /** Whether something of the masks is due after so many steps. */
  readonly masksDue: (step: number) => boolean
  readonly executable: Executable
  readonly feeds: StepFeeds
  /** The data set's examples; null where they are not to be resident. */
  readonly resident: ResidentSet | null
  /** Milliseconds since some start. */
  readonly now: () => number
  /** Takes the least time of the first steps; null where it is known. */
  readonly recordStep: ((stepMs: number) => void) | null
}

export class Steps {
  readonly #situation: StepSituation
  readonly #times: number[] = []
  /** Steps that the next call may take: few until their time is known. */
  #most = 1

  constructor(situation: StepSituation) {
    this.#situation = situation
  }

  /** Runs one or more steps from `step` (from 0) on; nothing is due before the last of them is done. */
  async run(step: number): Promise<StepResults> {
    const { executable, feeds, resident, plan, masksDue } = this.#situation
    if (!executable.runSteps || !resident) {
      const fed = await feeds.train(step)
      return resultsOf(
        this.#timed(1, () => executable.run('train', fed)),
        fed['rate'],
      )
    }
    const most = Math.min(this.#most, plan.totalSteps - step)
    const count = stepsUntilStop(plan, masksDue, step, most)
    const fed = feeds.trainMany(step, count, resident)
    return resultsOf(
      this.#timed(count, () => executable.runSteps?.(count, fed) ?? {}),
      fed['rate'],
    )
  }

  /** Times every call: for its length, and the first for choices between backends (noise only adds). */
  #timed<T>(count: number, run: () => T): T {
    const { now, recordStep } = this.#situation
    const before = now()
    const result = run()
    const stepMs = (now() - before) / count
    const allowed = stepMs > 0 ? Math.floor(CALL_MS / stepMs) : MOST_STEPS
    this.#most = Math.max(1, Math.min(allowed, 2 * this.#most, MOST_STEPS))
    for (let i = 0; i < count && recordStep && this.#times.length < TIMED; i++) {
      if (this.#times.push(stepMs) === TIMED) recordStep(Math.min(...this.#times.slice(UNTIMED)))
    }
    return result
  }
}

function resultsOf(
  outputs: Readonly<Record<string, FloatArray | Int32Array>>,
  rates: TensorData,
): StepResults {
  return { losses: outputs['loss'], correct: outputs['correct'], rate: rates[rates.length - 1] }
}
