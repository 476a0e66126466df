import { defineDynamic } from '../define.ts'
import { inSteps, refresh } from './settings.ts'

export const topKast = defineDynamic({
  name: 'top-kast',
  title: 'Top-KAST',
  help:
    'The forward pass sees the largest weights of each layer, the backward pass updates some more, and a ' +
    'penalty on both lets them change places.',
  source: 'arXiv 2106.03517',
  settings: {
    refresh,
    extraDensity: {
      type: 'number',
      title: 'Extra density of the backward pass',
      help: 'Weights beyond the density that are updated too, over all weights of a layer.',
      default: 0.1,
      minimum: 0,
      maximum: 1,
    },
    penalty: {
      type: 'number',
      title: 'Penalty',
      when: inSteps,
      help:
        'Its factor λ: of the kept weights, and 1/density of it of the others that are ' +
        'updated. It takes the ' +
        'place of weight decay.',
      default: 1e-4,
      minimum: 0,
      maximum: 100,
    },
    penaltyNorm: {
      type: 'choice',
      title: 'Norm of the penalty',
      when: inSteps,
      help: 'l2: half the square of a weight; l1: its size.',
      choices: ['l2', 'l1'],
      default: 'l2',
    },
  },
  traits: { moments: 'refresh', begins: 'dense', forwardMask: 'backward-mask' },
  style: { shift: 9 },
})
