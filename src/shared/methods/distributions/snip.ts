import { defineDistribution } from '../define.ts'

export const snip = defineDistribution({
  name: 'snip',
  title: 'SNIP',
  help: 'Keeps the weights with the largest |w·∂L/∂w| on one batch.',
  source: 'arXiv 1810.02340',
  settings: {},
  traits: { scores: 'data', hasPublishedVariant: { outputs: 'logits' } },
  style: { place: 2 },
})
