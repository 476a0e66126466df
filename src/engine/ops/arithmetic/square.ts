import { unary } from '../support/elementwise.ts'
import { multiply, scale } from '../support/make.ts'

/** x². */
export const square = unary({
  name: 'square',
  tensorflow: 'Square',
  value: (x) => x * x,
  gradient: ({ graph, inputs: [x] }, cotangent) => multiply(graph, cotangent, scale(graph, x, 2)),
})
