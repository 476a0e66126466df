import { dropped } from './dropout.ts'
import type { LayerLowering } from './types.ts'

/**
 * Drops the whole branch of an example with probability `rate` (Huang et al. 2016), and divides by 1 − rate.
 */
export const lowerStochasticDepth: LayerLowering<'stochastic-depth'> = (context, { rate }) =>
  dropped(context, rate, [context.batch, ...context.inputs[0].type.shape.slice(1).map(() => 1)])
