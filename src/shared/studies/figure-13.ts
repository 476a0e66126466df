/** Figure 13 (Appendix K): the price of sparsity. */
import { MATCHES } from '../spec/study-schema.ts'
import type { Axis } from '../spec/study-schema.ts'
import {
  CIFAR_BASE,
  DENSE_POINT,
  FIVE_SEEDS,
  MNIST,
  WEIGHTS,
  densePoints,
  densityAxis,
  erkAxis,
} from './points.ts'
import type { Preset } from './types.ts'

const axes = (densities: readonly number[]): Axis[] => [
  densityAxis(densities),
  erkAxis(WEIGHTS, ...densePoints(MATCHES), DENSE_POINT),
]

export const figure13: Preset = {
  kind: 'train',
  needs: { data: ['cifar-10'], device: 'gpu' },
  expected:
    'The paper: accuracy falls as the density does; EOI falls last, and the gap to Base widens below ' +
    'density 0.1. Measured (reduced, an MLP): EOI is ahead of AI and scaled Base at density 0.02, and ' +
    'from 0.05 on AI is as good; dense networks of the same parameters are ahead of all of them up to ' +
    '0.125.',
  study: {
    id: 'figure-13',
    title: 'Figure 13: the price of sparsity',
    description:
      'ResNet-56 on CIFAR-10, ERK with Base, scaled Base (not in the paper), AI and EOI across densities, ' +
      'beside dense networks of the same parameters and of the same operations, which are not in the paper ' +
      'either.',
    source: 'Figure 13 (Appendix K)',
    base: { ...CIFAR_BASE, model: { name: 'resnet', depth: 56 } },
    axes: axes([0.02, 0.05, 0.1, 0.2, 0.3, 0.5]),
    seeds: FIVE_SEEDS,
  },
  reduced: {
    id: 'figure-13-reduced',
    title: 'Figure 13, reduced: the price of sparsity on MNIST',
    description:
      'An MLP with 30 hidden layers of width 128 and tanh, one epoch of MNIST at the constant rate 0.01, ' +
      'five densities from 0.02 to 0.5, three seeds.',
    source: 'Figure 13 (Appendix K)',
    base: {
      model: { name: 'mlp', depth: 30, width: 128, activation: 'tanh' },
      data: MNIST,
      initialization: { dense: 'orthogonal', gain: 1.0247, biasStd: 0.00448 },
      training: { epochs: 1, learningRate: 0.01, momentum: 0.9, nesterov: true, weightDecay: 1e-4 },
    },
    axes: axes([0.02, 0.05, 0.125, 0.25, 0.5]),
    seeds: [1, 2, 3],
  },
}
