import { stepWork } from '../steps.ts'

/** The CIFAR ResNet of depth 32, on batches of 128 images of 32 × 32 × 3. */
export const resnet32 = stepWork('resnet-32')
