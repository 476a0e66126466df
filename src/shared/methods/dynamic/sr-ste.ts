import { defineDynamic } from '../define.ts'
import { lessThanGroup } from './checks.ts'
import { groupKept, groupSize, inSteps, refresh } from './settings.ts'

export const srSte = defineDynamic({
  name: 'sr-ste',
  title: 'SR-STE',
  help:
    'N:M with a mask that is made anew from the present weights; the gradient reaches all weights, and ' +
    'those outside the mask are drawn to 0.',
  source: 'arXiv 2102.04010',
  settings: {
    groupKept,
    groupSize,
    refresh,
    outsidePenalty: {
      type: 'number',
      title: 'Pull outside the mask',
      when: inSteps,
      help:
        'λ: λ·w is added to the gradient of weights outside the mask; 0 is the plain ' +
        'straight-through rule.',
      default: 2e-4,
      minimum: 0,
      maximum: 100,
    },
  },
  traits: { moments: 'refresh', begins: 'dense', ownsDensity: true, forwardMask: 'dense' },
  style: { shift: 11 },
  check: ({ groupKept: kept, groupSize: size }) => lessThanGroup(kept, size),
})
