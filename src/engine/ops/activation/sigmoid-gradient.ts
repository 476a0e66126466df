import { fusedGradient } from '../support/fused-gradient.ts'
import { multiply, one, scalar, scale, subtract } from '../support/make.ts'

/** g·y·(1 − y): the cotangent through y = sigmoid(x), from (y, g). */
export const sigmoidGradient = fusedGradient({
  name: 'sigmoid-gradient',
  tensorflow: 'SigmoidGrad',
  value: (y, g) => g * y * (1 - y),
  gradient: ({ graph, inputs: [y, g], needs }, cotangent) => [
    needs[0]
      ? multiply(graph, subtract(graph, scalar(graph, 1), scale(graph, y, 2)), multiply(graph, g, cotangent))
      : null,
    needs[1] ? one(graph, 'sigmoid-gradient', [y, cotangent]) : null,
  ],
})
