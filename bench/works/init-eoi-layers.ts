import { initializationWork } from '../initializations.ts'

/** EOI of the 1000 layers of the deep MLP: 128 × 128 at density 0.125. */
export const initEoiLayers = initializationWork('init-eoi-layers', {
  scheme: 'eoi',
  size: 128,
  density: 0.125,
  count: 1000,
  peer: true,
})
