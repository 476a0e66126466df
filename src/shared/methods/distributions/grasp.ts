import { defineDistribution } from '../define.ts'

export const grasp = defineDistribution({
  name: 'grasp',
  title: 'GraSP',
  help: 'Keeps the weights that the gradient flow needs: scores −w·Hg on equally many examples of each class.',
  source: 'arXiv 2002.07376',
  settings: {},
  traits: { scores: 'data', batches: 'balanced', hasPublishedVariant: true },
  style: { place: 3 },
})
