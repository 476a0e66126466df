import { unary } from '../support/elementwise.ts'
import { multiply, one } from '../support/make.ts'

/** |x|; its derivative at 0 is 0. */
export const abs = unary({
  name: 'abs',
  tensorflow: 'Abs',
  value: Math.abs,
  gradient: ({ graph, inputs: [x] }, cotangent) => multiply(graph, cotangent, one(graph, 'sign', [x])),
})
