import { stepWork } from '../steps.ts'

/** ResNet-50 on batches of 16 images of 224 × 224 × 3, ERK. */
export const resnet50 = stepWork('resnet-50')
