import { binary } from '../support/elementwise.ts'
import { one, scalar } from '../support/make.ts'

/** The larger of a and b; where they are equal, the gradient goes to a. */
export const maximum = binary({
  name: 'maximum',
  tensorflow: 'Maximum',
  value: (a, b) => Math.max(a, b),
  gradient: ({ graph, inputs: [a, b] }, cotangent) => {
    const first = one(graph, 'greater-equal', [a, b])
    const zero = scalar(graph, 0)
    return [one(graph, 'select', [first, cotangent, zero]), one(graph, 'select', [first, zero, cotangent])]
  },
})
