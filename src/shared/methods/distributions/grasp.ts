import { defineDistribution } from '../define.ts'

export const grasp = defineDistribution({
  name: 'grasp',
  title: 'GraSP',
  help: 'Keeps the weights that the gradient flow needs: scores −w·Hg on equally many of each class.',
  source: 'arXiv 2002.07376',
  settings: {
    examplesPerClass: {
      type: 'integer',
      default: 25,
      minimum: 0,
      maximum: 1_000_000,
      title: 'Examples per class',
      when: { literature: true },
      help:
        'GraSP: how many of each class it scores on, all of them, over as many batches as they fill; 0: ' +
        'one batch of them, as in runs stored before this field.',
    },
  },
  traits: { scores: 'data', batches: 'balanced', hasPublishedVariant: true },
  style: { place: 3 },
})
