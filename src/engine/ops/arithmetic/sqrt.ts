import { unary } from '../support/elementwise.ts'
import { divide, scale } from '../support/make.ts'

/** √x. */
export const sqrt = unary({
  name: 'sqrt',
  tensorflow: 'Sqrt',
  value: Math.sqrt,
  gradient: ({ graph, outputs: [y] }, cotangent) => divide(graph, scale(graph, cotangent, 0.5), y),
})
