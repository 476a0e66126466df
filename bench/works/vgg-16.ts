import { stepWork } from '../steps.ts'

/** VGG-16, variant D, on batches of 128 images of 32 × 32 × 3. */
export const vgg16 = stepWork('vgg-16')
