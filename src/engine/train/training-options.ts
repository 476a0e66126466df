/** What compiling a run's program asks for, from its specification. */
import { isMasked, needsDenseGradients } from '../../shared/methods/traits.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { forwardMaskOf } from '../dynamic/index.ts'
import type { TrainingOptions } from '../program/types.ts'
import { mixes } from './mixing.ts'

/** What a specification says of its steps. */
export function trainingOptions(spec: RunSpec): TrainingOptions {
  const { training } = spec
  return {
    batchSize: training.batchSize,
    evaluationBatchSize: training.batchSize,
    labelSmoothing: training.labelSmoothing,
    loss: training.loss,
    mixed: mixes(spec),
    optimizer: training.optimizer,
    momentum: training.momentum,
    nesterov: training.nesterov,
    weightDecay: training.weightDecay,
    weightDecayOn: training.weightDecayOn,
    masked: isMasked(spec),
    denseGradients: needsDenseGradients(spec),
    forwardMask: forwardMaskOf(spec),
  }
}
