import { stepWork } from '../steps.ts'

/** MLP of the table in training-steps.ts: 784 → 1 × 128 → 10. */
export const mlp1 = stepWork('mlp-1')
