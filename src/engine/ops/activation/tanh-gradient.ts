import { fusedGradient } from '../support/fused-gradient.ts'
import { multiply, one, scale } from '../support/make.ts'

/** g·(1 − y²): the cotangent through y = tanh(x), from (y, g). */
export const tanhGradient = fusedGradient({
  name: 'tanh-gradient',
  tensorflow: 'TanhGrad',
  value: (y, g) => g * (1 - y * y),
  gradient: ({ graph, inputs: [y, g], needs }, cotangent) => [
    needs[0] ? multiply(graph, scale(graph, y, -2), multiply(graph, g, cotangent)) : null,
    needs[1] ? one(graph, 'tanh-gradient', [y, cotangent]) : null,
  ],
})
