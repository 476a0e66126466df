import { unary } from '../support/elementwise.ts'
import { negate as minus } from '../support/make.ts'

/** −x. */
export const negate = unary({
  name: 'negate',
  tensorflow: 'Neg',
  value: (x) => -x,
  gradient: ({ graph }, cotangent) => minus(graph, cotangent),
})
