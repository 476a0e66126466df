import { stepWork } from '../steps.ts'

/** DeiT-tiny on batches of 16 images of 224 × 224 × 3, MLP blocks sparse by ERK. */
export const deitTiny = stepWork('deit-tiny')
