import { unary } from '../support/elementwise.ts'
import { multiply } from '../support/make.ts'

/** eˣ. */
export const exp = unary({
  name: 'exp',
  tensorflow: 'Exp',
  value: Math.exp,
  gradient: ({ graph, outputs: [y] }, cotangent) => multiply(graph, cotangent, y),
})
