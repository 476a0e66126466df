import { defineDistribution } from '../define.ts'

export const uniform = defineDistribution({
  name: 'uniform',
  title: 'Uniform',
  help: 'The same density in every maskable kernel.',
  settings: {},
  traits: { scores: 'nothing', hasPublishedVariant: true },
  style: { place: 1 },
})
