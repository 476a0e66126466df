import { initializationWork } from '../initializations.ts'

/** AI of one 128 × 128 matrix at density 0.125, 1,000 steps. */
export const initAi128 = initializationWork('init-ai-128', {
  scheme: 'ai',
  size: 128,
  density: 0.125,
  count: 1,
  steps: 1000,
  peer: true,
})
