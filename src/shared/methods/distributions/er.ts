import { defineDistribution } from '../define.ts'

export const er = defineDistribution({
  name: 'er',
  title: 'ER',
  help: 'Erdős–Rényi: density in proportion to the sum of the channels over their product.',
  source: 'Mocanu et al. 2018',
  settings: {},
  traits: { scores: 'nothing', hasPublishedVariant: true },
  style: { place: 7 },
})
