import { binary } from '../support/elementwise.ts'
import { multiply as times } from '../support/make.ts'

/** a · b. */
export const multiply = binary({
  name: 'multiply',
  tensorflow: 'Mul',
  value: (a, b) => a * b,
  gradient: ({ graph, inputs: [a, b], needs }, cotangent) => [
    needs[0] ? times(graph, cotangent, b) : null,
    needs[1] ? times(graph, cotangent, a) : null,
  ],
})
