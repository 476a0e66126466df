import { defineDynamic } from '../define.ts'
import { notBelow } from './checks.ts'
import { begin, regrow, startDensity } from './settings.ts'

export const granet = defineDynamic({
  name: 'granet',
  title: 'GraNet',
  help:
    'Gradual pruning with regrowth: at each step of the cubic schedule a share of ' +
    'the kept smallest weights ' +
    'is exchanged for those of the largest gradients.',
  source: 'arXiv 2106.10404',
  settings: {
    begin,
    startDensity,
    regrow,
    fractionDecay: {
      type: 'choice',
      title: 'Course of the exchange',
      help: 'How dynamic.fraction goes: down with a cosine until dynamic.until, or constant.',
      choices: ['cosine', 'constant'],
      default: 'cosine',
    },
  },
  traits: {
    changesDensity: true,
    denseGradients: true,
    exchanges: true,
    moments: 'schedule',
    begins: 'start-density',
  },
  style: { shift: 4 },
  check: ({ startDensity: first }, run) => notBelow(first, run),
})
