import { defineDynamic } from '../define.ts'
import { inSteps, refresh } from './settings.ts'

export const ste = defineDynamic({
  name: 'ste',
  title: 'STE',
  help:
    'Straight-through: the forward pass sees the largest weights of each layer, the ' +
    'gradient reaches all of ' +
    'them.',
  source: 'arXiv 2304.14082',
  settings: {
    refresh,
    decay: {
      type: 'choice',
      title: 'Weight decay',
      when: inSteps,
      help: 'all: of every weight; kept: of those in the forward pass alone (SGD).',
      choices: ['all', 'kept'],
      default: 'all',
    },
  },
  traits: { moments: 'refresh', begins: 'dense', forwardMask: 'dense' },
  style: { shift: 8 },
  check({ decay }, { training }) {
    if (decay === 'all' || !training || training.optimizer === 'sgd') return null
    return {
      where: 'decay',
      message: 'dynamic.decay kept is for sgd; others decay every weight. Set dynamic.decay to all.',
      severity: 'error',
    }
  },
})
