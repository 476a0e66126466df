import { defineDynamic } from '../define.ts'
import { dropRounding, fractionEnd } from './settings.ts'

export const set = defineDynamic({
  name: 'set',
  title: 'SET',
  help: 'Drops the smallest weights of a layer and grows as many at random.',
  source: 'Mocanu et al. 2018',
  settings: {
    fractionEnd,
    dropRounding,
    growth: {
      type: 'choice',
      title: 'Growth',
      help:
        'exact: as many grow as fell; bernoulli: each masked weight grows by itself, as many as fell in ' +
        'the mean, as in the public code of the EOI paper.',
      choices: ['exact', 'bernoulli'],
      default: 'exact',
    },
  },
  traits: {},
  style: { shift: 1 },
})
