import { defineDistribution } from '../define.ts'
import { rounds } from './rounds.ts'

export const ntkSap = defineDistribution({
  name: 'ntk-sap',
  title: 'NTK-SAP',
  help: 'Keeps what the tangent kernel depends on, in rounds, without data, over fresh weights.',
  source: 'arXiv 2304.02840',
  settings: {
    ...rounds,
    scoreDraws: {
      type: 'integer',
      default: 2,
      minimum: 1,
      maximum: 1000,
      title: 'Draws of weights',
      help: 'NTK-SAP: how many networks each round draws anew and sums scores over.',
    },
  },
  traits: { scores: 'flow' },
  style: { place: 12 },
})
