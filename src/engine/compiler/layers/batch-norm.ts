import { add, divide, multiply, one, scalar, scale, subtract } from '../../ops/support/make.ts'
import type { LayerLowering } from './types.ts'

/**
 * Batch norm over all axes but the last. Training: batch statistics, and running ← momentum·running +
 * (1 − momentum)·batch, where the running variance takes the unbiased one. Evaluation: the running
 * statistics, folded into one factor and one shift a channel.
 */
export const lowerBatchNorm: LayerLowering<'batch-norm'> = (context, { momentum, epsilon }) => {
  const {
    builder,
    inputs: [x],
    mode,
    parameter,
    updateStatistic,
  } = context
  const factor = parameter('scale')
  const shift = parameter('shift')
  const runningMean = parameter('running-mean')
  const runningVariance = parameter('running-variance')
  if (mode === 'train') {
    const [y, mean, variance] = builder.add('batch-norm', [x, factor, shift], { epsilon })
    for (const [name, running, batch] of [
      ['running-mean', runningMean, mean],
      ['running-variance', runningVariance, variance],
    ] as const) {
      updateStatistic(
        name,
        add(builder, scale(builder, running, momentum), scale(builder, batch, 1 - momentum)),
      )
    }
    return y
  }
  const deviation = one(builder, 'sqrt', [add(builder, runningVariance, scalar(builder, epsilon))])
  const gain = divide(builder, factor, deviation)
  const offset = subtract(builder, shift, multiply(builder, runningMean, gain))
  return one(builder, 'bias-add', [multiply(builder, x, gain), offset])
}
