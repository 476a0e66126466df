import { defineDynamic } from '../define.ts'
import { dropRounding, fractionEnd } from './settings.ts'

export const rigl = defineDynamic({
  name: 'rigl',
  title: 'RigL',
  help: 'Drops the smallest weights of a layer and grows as many where the dense gradient is largest.',
  source: 'arXiv 1911.11134',
  settings: { fractionEnd, dropRounding },
  traits: { denseGradients: true },
  style: { shift: 2 },
})
