import { one } from '../../ops/support/make.ts'
import { attended } from './attention.ts'
import type { LayerLowering } from './types.ts'

/** softmax(scale·Q·Kᵀ)·V of every head (Vaswani et al. 2017), of three inputs or of one that holds them. */
export const lowerDotProductAttention: LayerLowering<'dot-product-attention'> = (
  { builder, inputs },
  { heads, scale, causal },
) => {
  const fused = inputs.length === 1 ? inputs[0] : one(builder, 'concat', inputs, { axis: -1 })
  return attended(builder, fused, { heads, factor: scale, causal })
}
