import { defineDistribution } from '../define.ts'
import { rounds } from './rounds.ts'

export const force = defineDistribution({
  name: 'force',
  title: 'FORCE',
  help: 'In rounds, the largest |w·∂L/∂w| of the masked network; weights may come back.',
  source: 'arXiv 2006.09081',
  settings: rounds,
  traits: { scores: 'data' },
  style: { place: 11 },
})
