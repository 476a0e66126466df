import { unary } from '../support/elementwise.ts'
import { divide } from '../support/make.ts'

/** Natural logarithm. */
export const log = unary({
  name: 'log',
  tensorflow: 'Log',
  value: Math.log,
  gradient: ({ graph, inputs: [x] }, cotangent) => divide(graph, cotangent, x),
})
