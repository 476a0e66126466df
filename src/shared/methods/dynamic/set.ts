import { defineDynamic } from '../define.ts'

export const set = defineDynamic({
  name: 'set',
  title: 'SET',
  help: 'Drops the smallest weights of a layer and grows as many at random.',
  source: 'Mocanu et al. 2018',
  settings: {},
  traits: {},
  style: { shift: 1 },
})
