import { fusedGradient } from '../support/fused-gradient.ts'
import { multiply, negate, one } from '../support/make.ts'
import { SELU_ALPHA, SELU_SCALE } from './selu.ts'

/** The cotangent through y = selu(x), from (g, y): g·scale where y > 0, else g·(y + scale·α). */
export const seluGradient = fusedGradient({
  name: 'selu-gradient',
  tensorflow: 'SeluGrad',
  value: (g, y) => (y < 0 ? g * (y + SELU_SCALE * SELU_ALPHA) : g * SELU_SCALE),
  gradient: ({ graph, inputs: [g, y], needs }, cotangent) => [
    one(graph, 'selu-gradient', [cotangent, y]),
    needs[1] ? one(graph, 'relu-gradient', [multiply(graph, cotangent, g), negate(graph, y)]) : null,
  ],
})
