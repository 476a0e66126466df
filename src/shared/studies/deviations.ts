/**
 * Where a preset is not what the paper's public code does, and why: told on its card and by `study show`. A
 * field that comes later takes its line out of here.
 */

const STANDARDISATION = 'CIFAR is standardised by the deviations of its pixels, not by .2023 .1994 .2010.'
const VALIDATION = 'A random tenth of the training set validates, not its last tenth.'

export const DEVIATIONS = {
  cifar: [STANDARDISATION, VALIDATION],
  mnist: [VALIDATION],
  table1: [
    STANDARDISATION,
    VALIDATION,
    'Structured EOI masks the convolution of 3 channels too, which the public code leaves dense.',
    'Dense with PyTorch’s default has biases of 0, not uniform on ±1/√fan-in.',
  ],
  figure3: ['The Jacobians are taken at validation examples, not at the first training batch.', VALIDATION],
  table3: [
    STANDARDISATION,
    VALIDATION,
    'One learning rate for all rows: the paper’s EOI rows of ResNet-56 and 110 took the better of .1 ' +
      'and .01, the others did not. A search with one budget: the preset “Equal footing”.',
  ],
  efficientnet: [
    'Standardised by the data’s own mean and deviation, not by .5; a random resized crop in place of ' +
      'pad and crop; no jitter of hue and saturation, no rotation by up to 10°.',
    'A random tenth of the training set validates; in the public code validation is the test set.',
  ],
  dynamic: [
    STANDARDISATION,
    VALIDATION,
    'The drop fraction falls to 0, not to .005, and exactly as many weights grow as fall, where the public ' +
      'code draws them (Bernoulli).',
  ],
  imagenet: [
    'DeiT III is trained by AdamW with cross entropy, without mixup, cutmix and 3-Augment, and with weight ' +
      'decay on tokens too; the paper uses LAMB, binary cross entropy and all of these.',
  ],
} as const satisfies Record<string, readonly string[]>
