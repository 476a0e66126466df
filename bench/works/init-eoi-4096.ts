import { initializationWork } from '../initializations.ts'

/** EOI of one 4096 × 4096 matrix at density 0.1; plain NumPy would take tens of minutes. */
export const initEoi4096 = initializationWork('init-eoi-4096', {
  scheme: 'eoi',
  size: 4096,
  density: 0.1,
  count: 1,
  peer: false,
})
