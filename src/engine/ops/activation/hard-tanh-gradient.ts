import { fusedGradient } from '../support/fused-gradient.ts'
import { one } from '../support/make.ts'

/** g where |x| < 1, else 0, from (g, x). */
export const hardTanhGradient = fusedGradient({
  name: 'hard-tanh-gradient',
  tensorflow: (emit, [g, x]) => {
    const T = { type: emit.floatType }
    const inside = emit.node('Less', [emit.node('Abs', [x], { T }), emit.constant('float', [], [1])], { T })
    return emit.node('SelectV2', [inside, g, emit.constant('float', [], [0])], { T })
  },
  value: (g, x) => (Math.abs(x) < 1 ? g : 0),
  gradient: ({ graph, inputs: [, x] }, cotangent) => [one(graph, 'hard-tanh-gradient', [cotangent, x]), null],
})
