/** When things happen in a run: a pure function of the specification and the size of the training set. */
import { BenchError } from '../contract/errors.ts'
import type { RunSpec } from '../spec/schema.ts'
import { roundsOf } from './rounds.ts'
import type { Round } from './rounds.ts'

/** The parts of a specification that a plan is made of. */
export type PlannedSpec = Pick<RunSpec, 'training' | 'dynamic' | 'sparsity'>

export interface TrainingPlan {
  readonly stepsPerEpoch: number
  readonly totalSteps: number
  /** Training metrics are averaged over so many steps a point. */
  readonly reportEvery: number
  /** Steps after which validation and test sets are evaluated; the last step of a round is always one. */
  readonly evaluateEvery: number
  /** Trainings one after the other; one for most methods. */
  readonly rounds: readonly Round[]
}

/** Where a step stands. */
export interface PlaceInPlan {
  /** Index of its round, and steps before it in the round. */
  readonly round: number
  readonly inRound: number
  /** Its place in the schedule of the learning rate, and how long that is. */
  readonly schedule: number
  readonly scheduleSteps: number
}

const POINTS_PER_EVALUATION = 20

/** Throws BenchError('bad-specification') when one batch needs more examples than there are. */
export function planTraining(spec: PlannedSpec, examples: number): TrainingPlan {
  const { training } = spec
  const stepsPerEpoch = Math.floor(examples / training.batchSize)
  if (stepsPerEpoch < 1) {
    throw new BenchError(
      'bad-specification',
      `training.batchSize: ${training.batchSize} is more than the ` +
        `${examples} training examples; allowed are 1 to ${examples}`,
      'training.batchSize',
    )
  }
  const evaluateEvery = Math.max(1, Math.round(stepsPerEpoch / training.evaluations))
  const rounds = roundsOf(spec, stepsOfTraining(training, stepsPerEpoch))
  return {
    stepsPerEpoch,
    totalSteps: rounds.reduce((sum, { steps }) => sum + steps, 0),
    rounds,
    reportEvery: Math.max(1, Math.round(evaluateEvery / POINTS_PER_EVALUATION)),
    evaluateEvery,
  }
}

/** Steps of one training (a round): those that are given, or those of the epochs. */
export const stepsOfTraining = (
  { steps, epochs }: Pick<RunSpec['training'], 'steps' | 'epochs'>,
  stepsPerEpoch: number,
): number => (steps > 0 ? steps : Math.round(epochs * stepsPerEpoch))

/** How long one training is, in steps where they are given, else in epochs; 0 only initializes. */
export const lengthOf = ({ steps, epochs }: Pick<RunSpec['training'], 'steps' | 'epochs'>): number =>
  steps > 0 ? steps : epochs

/** Whether the sets are evaluated after so many steps. */
export function evaluationDue(plan: TrainingPlan, step: number): boolean {
  return step % plan.evaluateEvery === 0 || endedRound(plan, step) !== null
}

/** The index of the round that ends after so many steps; null where none does. */
export function endedRound({ rounds }: TrainingPlan, step: number): number | null {
  const found = rounds.findIndex(({ start, steps }) => start + steps === step)
  return found < 0 ? null : found
}

/** The place of a step (from 0). */
export function placeInPlan({ rounds }: TrainingPlan, step: number): PlaceInPlan {
  let round = 0
  while (round + 1 < rounds.length && rounds[round + 1].start <= step) round++
  const { start, scheduleStart, held } = rounds[round]
  return {
    round,
    inRound: step - start,
    schedule: scheduleStart + (held ? 0 : step - start),
    scheduleSteps: rounds[0].steps,
  }
}
