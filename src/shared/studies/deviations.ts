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
    'A random resized crop in place of pad and crop; no jitter of hue and saturation, no rotation by up to ' +
      '10°.',
  ],
  dynamic: [
    'The drop fraction falls to 0, not to .005, and exactly as many weights grow as fall, where the public ' +
      'code draws them (Bernoulli).',
  ],
  imagenet: [
    'DeiT III is trained by AdamW with cross entropy, without mixup, cutmix and 3-Augment, and with weight ' +
      'decay on tokens too; the paper uses LAMB, binary cross entropy and all of these.',
  ],
} as const satisfies Record<string, readonly string[]>
