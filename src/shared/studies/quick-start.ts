/** Quick start: does an orthogonal start let a sparse deep network learn at all? Minutes on two cores. */
import type { Preset } from './types.ts'

export const quickStart: Preset = {
  kind: 'train',
  needs: { data: ['mnist'], device: 'cpu' },
  expected:
    'ERK-EOI and the dense reference reach about 92 % after one epoch; ERK-Base stays at chance (11 %).',
  reduced: null,
  study: {
    id: 'quick-start',
    title: 'Quick start: 100 layers, one epoch',
    description:
      'An MLP with 100 hidden layers of width 128 and tanh on MNIST at density 0.125. The same mask ' +
      'budget, three starts: masked orthogonal weights (ERK-Base), exact orthogonal initialization ' +
      '(ERK-EOI), and the dense orthogonal network.',
    source: '',
    base: {
      model: { name: 'mlp', depth: 100, width: 128, activation: 'tanh' },
      data: { name: 'mnist' },
      sparsity: { density: 0.125 },
      initialization: { dense: 'orthogonal', gain: 1.0247, biasStd: 0.00448 },
      training: {
        epochs: 1,
        batchSize: 128,
        optimizer: 'sgd',
        learningRate: 0.01,
        momentum: 0.9,
        nesterov: true,
        weightDecay: 1e-4,
        schedule: 'constant',
        evaluations: 4,
      },
    },
    axes: [
      {
        name: 'Scheme',
        points: [
          {
            label: 'ERK-Base',
            set: { 'sparsity.distribution': 'erk', 'initialization.scheme': 'base' },
          },
          {
            label: 'ERK-EOI',
            set: { 'sparsity.distribution': 'erk', 'initialization.scheme': 'eoi' },
          },
          {
            label: 'Dense',
            set: { 'sparsity.density': 1, 'sparsity.distribution': 'dense', 'initialization.scheme': 'base' },
          },
        ],
      },
    ],
    seeds: [1, 2],
  },
}
