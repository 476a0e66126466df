import { one, reshape } from '../../ops/support/make.ts'
import { sizeOf } from '../../../shared/graph/shapes.ts'
import type { LayerLowering } from './types.ts'

/** x·W + b on the last axis: [batch, …, in] → [batch, …, units]. Masked entries of W are exactly 0. */
export const lowerDense: LayerLowering<'dense'> = ({ builder, inputs: [x], parameter }, { units, bias }) => {
  const leading = x.type.shape.slice(0, -1)
  const rows = reshape(builder, x, [sizeOf(leading), x.type.shape[leading.length]])
  const product = one(builder, 'matmul', [rows, parameter('kernel')])
  const shifted = bias ? one(builder, 'bias-add', [product, parameter('bias')]) : product
  return reshape(builder, shifted, [...leading, units])
}
