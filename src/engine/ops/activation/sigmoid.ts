import { unary } from '../support/elementwise.ts'
import { one } from '../support/make.ts'

/** 1 / (1 + e⁻ˣ). */
export const sigmoid = unary({
  name: 'sigmoid',
  tensorflow: 'Sigmoid',
  value: (x) => 1 / (1 + Math.exp(-x)),
  gradient: ({ graph, outputs: [y] }, cotangent) => one(graph, 'sigmoid-gradient', [y, cotangent]),
})
