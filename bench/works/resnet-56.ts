import { stepWork } from '../steps.ts'

/** The CIFAR ResNet of depth 56, on batches of 128 images of 32 × 32 × 3. */
export const resnet56 = stepWork('resnet-56')
