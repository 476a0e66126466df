import { multiply, one } from '../../ops/support/make.ts'
import type { LayerLowering } from './types.ts'

/**
 * Layer norm over the last axis (Ba et al. 2016), with the biased variance: scale·(x − μ)/√(v + epsilon) +
 * shift.
 */
export const lowerLayerNorm: LayerLowering<'layer-norm'> = (
  { builder, inputs: [x], parameter },
  { epsilon },
) => {
  const axes = [x.type.shape.length - 1]
  const [standard] = builder.add('standardise', [x], { axes, epsilon })
  return one(builder, 'bias-add', [multiply(builder, standard, parameter('scale')), parameter('shift')])
}
