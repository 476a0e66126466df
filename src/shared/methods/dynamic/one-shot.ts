import { defineDynamic } from '../define.ts'
import { scope } from './settings.ts'

export const oneShot = defineDynamic({
  name: 'one-shot',
  title: 'One-shot',
  help: 'Trains dense, prunes the smallest weights once, and trains what is left again.',
  source: 'arXiv 2003.02389',
  settings: {
    scope,
    rewind: {
      type: 'choice',
      title: 'Rate after pruning',
      help: 'learning-rate: the schedule runs again; none: the last rate of dense training stays.',
      choices: ['learning-rate', 'none'],
      default: 'learning-rate',
    },
    fineTune: {
      type: 'number',
      title: 'Fine-tuning',
      help:
        'Steps after pruning, as a part of those before it; with the schedule rewound they are ' +
        'its last ones.',
      default: 1,
      exclusiveMinimum: 0,
      maximum: 1,
    },
  },
  traits: { changesDensity: true, moments: 'rounds', begins: 'dense' },
  style: { shift: 6 },
})
