import { stepWork } from '../steps.ts'

/** MLP of the table in training-steps.ts: 784 → 1000 × 128 → 10. */
export const mlp1000 = stepWork('mlp-1000')
