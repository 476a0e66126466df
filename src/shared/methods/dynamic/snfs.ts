import { defineDynamic } from '../define.ts'
import { regrow } from './settings.ts'

export const snfs = defineDynamic({
  name: 'snfs',
  title: 'SNFS',
  help:
    'Sparse momentum: each layer drops its smallest weights; what was dropped is ' +
    'shared among the layers by ' +
    'the mean momentum of their kept weights and grown where momentum is largest.',
  source: 'arXiv 1907.04840',
  settings: {
    regrow,
    smoothing: {
      type: 'number',
      title: 'Smoothing',
      help: 'Factor of the momentum of all weights, masked ones included, that growth goes by.',
      default: 0.9,
      minimum: 0,
      exclusiveMaximum: 1,
    },
  },
  traits: { denseGradients: true, smoothedGradients: true },
  style: { shift: 5 },
})
