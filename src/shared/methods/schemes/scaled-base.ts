import { defineScheme } from '../define.ts'

export const scaledBase = defineScheme({
  name: 'scaled-base',
  title: 'scaled Base',
  help: 'Base with the gain σ_w/√d in each layer of density d, which gives back what masking takes.',
  source: 'arXiv 2010.03533',
  settings: {},
  traits: { startsDense: true },
  style: { color: 6 },
})
