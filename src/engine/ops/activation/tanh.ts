import { unary } from '../support/elementwise.ts'
import { one } from '../support/make.ts'

/** Hyperbolic tangent. */
export const tanh = unary({
  name: 'tanh',
  tensorflow: 'Tanh',
  value: Math.tanh,
  gradient: ({ graph, outputs: [y] }, cotangent) => one(graph, 'tanh-gradient', [y, cotangent]),
})
