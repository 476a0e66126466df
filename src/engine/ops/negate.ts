import { unary } from './elementwise.ts'
import { negate as minus } from './make.ts'

/** −x. */
export const negate = unary({
  name: 'negate',
  tensorflow: 'Neg',
  value: (x) => -x,
  gradient: ({ graph }, cotangent) => minus(graph, cotangent),
})
