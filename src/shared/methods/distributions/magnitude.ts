import { defineDistribution } from '../define.ts'

export const magnitude = defineDistribution({
  name: 'magnitude',
  title: 'Magnitude',
  help: 'Keeps the largest |w| of the initial values over all kernels.',
  settings: {},
  traits: { scores: 'values' },
  style: { place: 6 },
})
