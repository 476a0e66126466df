import { stepWork } from '../steps.ts'

/** MLP of the table in training-steps.ts: 784 → 6 × 100 → 10. */
export const mlp7 = stepWork('mlp-7')
