import { unary } from './elementwise.ts'
import { divide, scale } from './make.ts'

/** √x. */
export const sqrt = unary({
  name: 'sqrt',
  tensorflow: 'Sqrt',
  value: Math.sqrt,
  gradient: ({ graph, outputs: [y] }, cotangent) => divide(graph, scale(graph, cotangent, 0.5), y),
})
