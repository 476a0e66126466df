import { stepWork } from '../steps.ts'

/** MLP of the table in training-steps.ts: 784 → 100 × 128 → 10. */
export const mlp100 = stepWork('mlp-100')
