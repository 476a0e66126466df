import { stepWork } from '../steps.ts'

/** EfficientNet-B0 on batches of 32 images of 64 × 64 × 3, ERK. */
export const efficientnetB0 = stepWork('efficientnet-b0')
