import { defineScheme } from '../define.ts'

export const fanIn = defineScheme({
  name: 'fan-in',
  title: 'Fan-in',
  help: 'Each weight is drawn uniformly, scaled by the unmasked fan-in of its output unit.',
  source: 'arXiv 2010.03533',
  settings: {},
  traits: {},
  style: { color: 5 },
})
