/** Quick start: does an orthogonal start let a sparse deep network learn at all? Minutes on two cores. */
import { DENSE_POINT, schemePoints } from './points.ts'
import type { Preset } from './types.ts'

export const quickStart: Preset = {
  kind: 'train',
  needs: { data: ['mnist'], device: 'cpu' },
  expected:
    'Masked orthogonal weights (ERK-Base) stay at chance (11 %). Much of that is variance: with it given ' +
    'back (ERK-scaled Base), by AI and by EOI the network learns within one epoch, as the dense one does.',
  reduced: null,
  study: {
    id: 'quick-start',
    title: 'Quick start: 100 layers, one epoch',
    description:
      'An MLP with 100 hidden layers of width 128 and tanh on MNIST at density 0.125. The same number of ' +
      'weights, four starts: masked orthogonal weights (ERK-Base), the same with the variance that masking ' +
      'takes given back (ERK-scaled Base), 1,000 steps towards isometry (ERK-AI), exact orthogonal ' +
      'initialization (ERK-EOI); and the dense orthogonal network.',
    source: '',
    base: {
      model: { name: 'mlp', depth: 100, width: 128, activation: 'tanh' },
      data: { name: 'mnist' },
      sparsity: { density: 0.125 },
      initialization: { dense: 'orthogonal', gain: 1.0247, biasStd: 0.00448, aiSteps: 1000 },
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
        points: [...schemePoints(['erk'], ['base', 'scaled-base', 'ai', 'eoi']), DENSE_POINT],
      },
    ],
    seeds: [1, 2, 3],
  },
}
