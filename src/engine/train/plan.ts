/** When things happen in a run: a pure function of the specification and the size of the training set. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'

export interface TrainingPlan {
  readonly stepsPerEpoch: number
  readonly totalSteps: number
  /** Training metrics are averaged over so many steps a point. */
  readonly reportEvery: number
  /** Steps after which validation and test sets are evaluated; the last step is always one. */
  readonly evaluateEvery: number
}

const POINTS_PER_EVALUATION = 20

/** Throws BenchError('bad-specification') when one batch needs more examples than there are. */
export function planTraining(training: RunSpec['training'], examples: number): TrainingPlan {
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
  return {
    stepsPerEpoch,
    totalSteps: Math.round(training.epochs * stepsPerEpoch),
    reportEvery: Math.max(1, Math.round(evaluateEvery / POINTS_PER_EVALUATION)),
    evaluateEvery,
  }
}

/** Whether the sets are evaluated after so many steps. */
export function evaluationDue(plan: TrainingPlan, step: number): boolean {
  return step === plan.totalSteps || step % plan.evaluateEvery === 0
}
