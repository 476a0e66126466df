import { initializationWork } from '../initializations.ts'

/** SAO of one 1024 × 1024 matrix of degree 128, density 0.125. */
export const initSao1024 = initializationWork('init-sao-1024', {
  scheme: 'sao',
  size: 1024,
  density: 0.125,
  count: 1,
  peer: true,
})
