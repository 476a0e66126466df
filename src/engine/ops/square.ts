import { unary } from './elementwise.ts'
import { multiply, scale } from './make.ts'

/** x². */
export const square = unary({
  name: 'square',
  tensorflow: 'Square',
  value: (x) => x * x,
  gradient: ({ graph, inputs: [x] }, cotangent) => multiply(graph, cotangent, scale(graph, x, 2)),
})
