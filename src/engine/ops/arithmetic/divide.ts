import { binary } from '../support/elementwise.ts'
import { divide as over, multiply, negate } from '../support/make.ts'

/** a / b. */
export const divide = binary({
  name: 'divide',
  tensorflow: 'RealDiv',
  value: (a, b) => a / b,
  inputs: ['float'],
  gradient: ({ graph, inputs: [, b], outputs: [quotient], needs }, cotangent) => {
    const toA = over(graph, cotangent, b)
    return [toA, needs[1] ? negate(graph, multiply(graph, toA, quotient)) : null]
  },
})
