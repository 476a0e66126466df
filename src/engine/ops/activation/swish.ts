import { unary } from '../support/elementwise.ts'
import { add, multiply, one, scalar, subtract } from '../support/make.ts'

/** x·sigmoid(x) (Ramachandran et al. 2017). */
export const swish = unary({
  name: 'swish',
  tensorflow: (emit, x) => {
    const T = { type: emit.floatType }
    return emit.node('Mul', [x, emit.node('Sigmoid', [x], { T })], { T })
  },
  value: (x) => x / (1 + Math.exp(-x)),
  gradient: ({ graph, inputs: [x], outputs: [y] }, cotangent) => {
    // d(xs) = s + y(1 − s)
    const s = one(graph, 'sigmoid', [x])
    return multiply(graph, cotangent, add(graph, s, multiply(graph, y, subtract(graph, scalar(graph, 1), s))))
  },
})
