import { unary } from './elementwise.ts'
import { divide } from './make.ts'

/** Natural logarithm. */
export const log = unary({
  name: 'log',
  tensorflow: 'Log',
  value: Math.log,
  gradient: ({ graph, inputs: [x] }, cotangent) => divide(graph, cotangent, x),
})
