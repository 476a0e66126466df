import { defineDistribution } from '../define.ts'

export const dense = defineDistribution({
  name: 'dense',
  title: 'Dense',
  help: 'Every weight is kept.',
  settings: {},
  traits: { keepsAll: true, scores: 'nothing' },
  style: { place: 0, color: 4 },
})
