import { unary } from '../support/elementwise.ts'
import { one } from '../support/make.ts'

/** x cut to [−1, 1]; its derivative at ±1 is 0, as in PyTorch. */
export const hardTanh = unary({
  name: 'hard-tanh',
  tensorflow: (emit, x) => {
    const T = { type: emit.floatType }
    const capped = emit.node('Minimum', [x, emit.constant('float', [], [1])], { T })
    return emit.node('Maximum', [capped, emit.constant('float', [], [-1])], { T })
  },
  value: (x) => (x > 1 ? 1 : x < -1 ? -1 : x),
  gradient: ({ graph, inputs: [x] }, cotangent) => one(graph, 'hard-tanh-gradient', [cotangent, x]),
})
