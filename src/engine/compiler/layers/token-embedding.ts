import { one, reshape } from '../../ops/support/make.ts'
import { sizeOf } from '../../../shared/graph/shapes.ts'
import type { LayerLowering } from './types.ts'

/**
 * The rows of a table [vocabulary, features] that tokens name: [batch, time] → [batch, time, features]. A
 * product with ones and zeros, so that the gradient of the table is one too: a sum in a fixed order.
 */
export const lowerTokenEmbedding: LayerLowering<'token-embedding'> = (
  { builder, inputs: [x], parameter },
  { vocabulary, features },
) => {
  const { shape } = x.type
  const tokens = one(builder, 'cast', [reshape(builder, x, [sizeOf(shape)])], { dtype: 'int' })
  const chosen = one(builder, 'one-hot', [tokens], { depth: vocabulary })
  const rows = one(builder, 'matmul', [chosen, parameter('table')])
  return reshape(builder, rows, [...shape, features])
}
