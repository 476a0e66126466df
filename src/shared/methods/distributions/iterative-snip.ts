import { defineDistribution } from '../define.ts'
import { rounds } from './rounds.ts'

export const iterativeSnip = defineDistribution({
  name: 'iterative-snip',
  title: 'Iterative SNIP',
  help: 'SNIP in rounds: scores the masked network again, and prunes among the weights still kept.',
  source: 'arXiv 2006.09081',
  settings: rounds,
  traits: { scores: 'data' },
  style: { place: 10 },
})
