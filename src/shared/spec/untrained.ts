/** What a run reads that takes no step (training.epochs 0), and what only steps do. */
import { STATIC } from '../methods/dynamic/index.ts'
import { dynamicTraits, needsDenseGradients, scoresOf } from '../methods/traits.ts'
import { lengthOf } from '../planning/plan.ts'
import type { RunSpec } from './schema.ts'

/** Why a field is not used that only steps read. */
export const NO_STEP = 'No step is trained: training.epochs is 0.'

/** Whether the run takes steps. */
export const takesSteps = ({ training }: RunSpec): boolean => lengthOf(training) > 0

/**
 * Whether the run's masks change: in training, or before its first step, which methods do whose moments are a
 * schedule, the start, or every so many steps (planning/schedule.ts).
 */
export function changesMasks(spec: RunSpec): boolean {
  if (spec.dynamic.method === STATIC) return false
  const { moments = 'interval' } = dynamicTraits(spec)
  return takesSteps(spec) || !['interval', 'rounds'].includes(moments)
}

/**
 * Whether a batch is made as steps are fed it – examples repeated and mixed, labels smoothed, dropout drawn:
 * by steps, or by a change of masks before the first that goes by gradients.
 */
export const feedsSteps = (spec: RunSpec): boolean =>
  takesSteps(spec) || (changesMasks(spec) && needsDenseGradients(spec))

/** Whether training examples are read as training sees them, augmented: by steps, scores or spectra. */
export function readsTrainingBatches(spec: RunSpec): boolean {
  const { spectrum, isometry, spectrumExamples } = spec.training
  const looks = (spectrum !== 'none' || isometry) && spectrumExamples === 'first-batch'
  return feedsSteps(spec) || scoresOf(spec) === 'data' || looks
}
