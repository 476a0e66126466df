import { defineDistribution } from '../define.ts'

export const erk = defineDistribution({
  name: 'erk',
  title: 'ERK',
  help: 'Erdős–Rényi-Kernel: density in proportion to the sum of the kernel’s dimensions over their product.',
  source: 'arXiv 1911.11134',
  settings: {},
  traits: { scores: 'nothing', hasPublishedVariant: true },
  style: { place: 0 },
})
