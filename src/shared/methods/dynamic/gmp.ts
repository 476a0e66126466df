import { defineDynamic } from '../define.ts'
import { notBelow } from './checks.ts'
import { begin, scope, startDensity } from './settings.ts'

export const gmp = defineDynamic({
  name: 'gmp',
  title: 'GMP',
  help: 'Gradual magnitude pruning: from dense, the smallest weights go along a cubic schedule.',
  source: 'arXiv 1710.01878',
  settings: { scope, begin, startDensity },
  traits: { changesDensity: true, moments: 'schedule', begins: 'dense' },
  style: { shift: 3 },
  check: ({ startDensity: first }, run) => notBelow(first, run),
})
