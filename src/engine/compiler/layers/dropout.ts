import type { Value } from '../../ops/ir.ts'
import { multiply, one, reshape, scalar, scale } from '../../ops/support/make.ts'
import { sizeOf } from '../../../shared/graph/shapes.ts'
import type { LayerLowering, LoweringContext } from './types.ts'

/**
 * Drops each entry with probability `rate` and divides what is left by 1 − rate; the identity in evaluation.
 */
export const lowerDropout: LayerLowering<'dropout'> = (context, { rate }) =>
  dropped(context, rate, context.inputs[0].type.shape)

/**
 * The layer's input with factors 0 (probability `rate`) or 1/(1 − rate), drawn in `shape` and broadcast. The
 * input itself where nothing is random.
 */
export function dropped(context: LoweringContext, rate: number, shape: readonly number[]): Value {
  const {
    builder,
    inputs: [x],
    mode,
  } = context
  const uniform = mode === 'train' && rate > 0 ? context.randomFeed(sizeOf(shape)) : null
  if (uniform === null) return x
  const kept = one(builder, 'greater-equal', [uniform, scalar(builder, rate)])
  const factor = scale(builder, one(builder, 'cast', [kept], { dtype: 'float' }), 1 / (1 - rate))
  return multiply(builder, x, reshape(builder, factor, shape))
}
