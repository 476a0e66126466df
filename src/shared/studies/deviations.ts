/**
 * Where a preset is not what the paper's public code does, and why: told on its card and by `study show`. A
 * field that comes later takes its line out of here.
 */

export const DEVIATIONS = {
  table3: [
    'One learning rate for all rows: the paper’s EOI rows of ResNet-56 and 110 took the better of .1 ' +
      'and .01, the others did not. A search with one budget: the preset “Equal footing”.',
  ],
  efficientnet: [
    'Hue and saturation are jittered by .05, a strength that is assumed, in a fixed order: torchvision’s ' +
      'order is random.',
  ],
  imagenet: [
    'Images are resized by bilinear interpolation, where DeiT III takes bicubic, and jittered in a fixed ' +
      'order: brightness, contrast, saturation. LAMB does not clip the global gradient, which its usual ' +
      'forms cut to 1. Mixup .8, cutmix 1, jitter .3, three repeats and, in the whole form, five epochs of ' +
      'warm-up are DeiT III’s published recipe.',
    'A random tenth of the training images validates, the same for all seeds: in a folder the last tenth ' +
      'would be the last classes. Images are standardised by their own mean and deviation.',
  ],
} as const satisfies Record<string, readonly string[]>
