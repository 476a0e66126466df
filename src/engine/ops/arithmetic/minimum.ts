import { binary } from '../support/elementwise.ts'
import { one, scalar } from '../support/make.ts'

/** The smaller of a and b; where they are equal, the gradient goes to a. */
export const minimum = binary({
  name: 'minimum',
  tensorflow: 'Minimum',
  value: (a, b) => Math.min(a, b),
  gradient: ({ graph, inputs: [a, b] }, cotangent) => {
    const first = one(graph, 'less-equal', [a, b])
    const zero = scalar(graph, 0)
    return [one(graph, 'select', [first, cotangent, zero]), one(graph, 'select', [first, zero, cotangent])]
  },
})
