import { one, reshape } from '../../ops/support/make.ts'
import { sizeOf } from '../../../shared/graph/shapes.ts'
import type { LayerLowering } from './types.ts'

/**
 * x·W + b on the last axis: [batch, …, in] → [batch, …, units]. Masked entries of W are exactly 0. A tied
 * layer has W = Tᵀ of the table T [units, in] of a token embedding (Press and Wolf 2017, arXiv 1608.05859).
 */
export const lowerDense: LayerLowering<'dense'> = (context, { units, bias, tied }) => {
  const {
    builder,
    inputs: [x],
    parameter,
  } = context
  const leading = x.type.shape.slice(0, -1)
  const rows = reshape(builder, x, [sizeOf(leading), x.type.shape[leading.length]])
  const product =
    tied === undefined
      ? one(builder, 'matmul', [rows, parameter('kernel')])
      : one(builder, 'matmul', [rows, context.parameterNamed(`${tied}.table`)], { transposeB: true })
  const shifted = bias ? one(builder, 'bias-add', [product, parameter('bias')]) : product
  return reshape(builder, shifted, [...leading, units])
}
