import { stepWork } from '../steps.ts'

/** 32 circular convolutions of width 128 and the stem of three, on batches of 128 images of 32 × 32 × 3. */
export const cnn32 = stepWork('cnn-32')
