import { binary } from '../support/elementwise.ts'
import { negate } from '../support/make.ts'

/** a − b. */
export const subtract = binary({
  name: 'subtract',
  tensorflow: 'Sub',
  value: (a, b) => a - b,
  gradient: ({ graph }, cotangent) => [cotangent, negate(graph, cotangent)],
})
