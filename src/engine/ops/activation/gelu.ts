import { unary } from '../support/elementwise.ts'
import { add, multiply, one, scalar, scale } from '../support/make.ts'
import { errorFunction } from '../../../shared/theory/error-function.ts'

/** x·Φ(x) with the normal distribution function (Hendrycks and Gimpel 2016), in its exact form. */
export const gelu = unary({
  name: 'gelu',
  tensorflow: (emit, x) => {
    const T = { type: emit.floatType }
    const inner = emit.node('Mul', [x, emit.constant('float', [], [Math.SQRT1_2])], { T })
    const shifted = emit.node('AddV2', [emit.node('Erf', [inner], { T }), emit.constant('float', [], [1])], {
      T,
    })
    return emit.node('Mul', [emit.node('Mul', [x, emit.constant('float', [], [0.5])], { T }), shifted], { T })
  },
  value: (x) => 0.5 * x * (1 + errorFunction(x * Math.SQRT1_2)),
  gradient: ({ graph, inputs: [x] }, cotangent) => {
    // d(xΦ) = Φ + x·φ
    const erf = one(graph, 'erf', [scale(graph, x, Math.SQRT1_2)])
    const cumulative = add(graph, scale(graph, erf, 0.5), scalar(graph, 0.5))
    const bell = one(graph, 'exp', [scale(graph, one(graph, 'square', [x]), -0.5)])
    const density = scale(graph, bell, 1 / Math.sqrt(2 * Math.PI))
    return multiply(graph, cotangent, add(graph, cumulative, multiply(graph, x, density)))
  },
})
