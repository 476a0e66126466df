import { stepWork } from '../steps.ts'

/** DeiT-tiny on batches of 16 images of 224 × 224 × 3, MLP blocks and attention sparse by ERK. */
export const deitTinyAttention = stepWork('deit-tiny-attention')
