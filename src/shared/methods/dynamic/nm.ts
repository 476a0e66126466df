import { defineDynamic } from '../define.ts'
import { lessThanGroup } from './checks.ts'
import { groupKept, groupSize } from './settings.ts'

export const nm = defineDynamic({
  name: 'nm',
  title: 'N:M',
  help: 'Of each group of M inputs of an output the N largest initial weights are kept, and the mask stays.',
  source: 'arXiv 2104.08378',
  settings: { groupKept, groupSize },
  traits: { changesDensity: true, moments: 'start', begins: 'dense', ownsDensity: true },
  style: { shift: 10 },
  check: ({ groupKept: kept, groupSize: size }) => lessThanGroup(kept, size),
})
