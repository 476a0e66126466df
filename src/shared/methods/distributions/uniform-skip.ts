import { defineDistribution } from '../define.ts'

export const uniformSkip = defineDistribution({
  name: 'uniform-skip',
  title: 'Uniform-skip',
  help: 'Uniform, with the first and the last maskable kernel dense.',
  settings: {},
  traits: { scores: 'nothing', hasPublishedVariant: true },
  style: { place: 5 },
})
