import { initializationWork } from '../initializations.ts'

/** EOI of one 1024 × 1024 matrix at density 0.1. */
export const initEoi1024 = initializationWork('init-eoi-1024', {
  scheme: 'eoi',
  size: 1024,
  density: 0.1,
  count: 1,
  peer: true,
})
