import { fusedGradient } from '../support/fused-gradient.ts'
import { one } from '../support/make.ts'

/** g where the feature is positive, else 0, from (g, feature); input and output of relu serve alike. */
export const reluGradient = fusedGradient({
  name: 'relu-gradient',
  tensorflow: 'ReluGrad',
  value: (g, feature) => (feature > 0 ? g : 0),
  gradient: ({ graph, inputs: [, feature] }, cotangent) => [
    one(graph, 'relu-gradient', [cotangent, feature]),
    null,
  ],
})
