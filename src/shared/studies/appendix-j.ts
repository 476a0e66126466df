/** Appendix J (Figure 12): ImageNet. */
import { DEVIATIONS } from './deviations.ts'
import { erkAxis } from './points.ts'
import type { Preset } from './types.ts'

/** What DeiT III trains with besides LAMB (arXiv 2204.07118). */
const DEIT = {
  'data.threeAugment': true,
  'data.jitter': 0.3,
  'data.repeats': 3,
  'data.mixup': 0.8,
  'data.cutmix': 1,
  'training.loss': 'binary-cross-entropy',
  'training.wholeTargets': true,
  'training.weightDecayOn': 'kernels',
} as const

/** The part of it that belongs to a section. */
const fieldsOf = (section: string): Record<string, number | string | boolean> =>
  Object.fromEntries(
    Object.entries(DEIT).flatMap(([path, value]) =>
      path.startsWith(`${section}.`) ? [[path.slice(section.length + 1), value]] : [],
    ),
  )

const SCHEMES = erkAxis(['base', 'scaled-base', 'eoi'])

export const appendixJ: Preset = {
  deviations: DEVIATIONS.imagenet,
  kind: 'train',
  needs: { data: ['image-folder'], device: 'gpu' },
  expected:
    'The paper: ERK-EOI ends above ERK-Base on both networks. Measured (reduced, 75 steps): Base, ' +
    'scaled Base and EOI cannot be told apart.',
  study: {
    id: 'appendix-j',
    title: 'Appendix J: ResNet-50 and DeiT III on ImageNet',
    description:
      'Density 0.1, 224 × 224 images; only the MLP blocks of DeiT are sparse. Set data.path to the folder ' +
      'of class folders. ResNet-50: SGD, 100 epochs, cosine; DeiT III: LAMB, 800 epochs, binary cross ' +
      'entropy, mixup, cutmix and 3-Augment. Scaled Base, which is not in the paper, stands beside Base.',
    source: 'Figure 12 (Appendix J)',
    base: {
      data: { name: 'image-folder', size: 224, augment: true },
      sparsity: { density: 0.1 },
      initialization: { dense: 'conv-orthogonal' },
      training: { schedule: 'cosine', labelSmoothing: 0.1 },
    },
    axes: [
      {
        name: 'Model',
        points: [
          {
            label: 'ResNet-50',
            set: {
              'model.name': 'resnet-50',
              'initialization.moreNonzeros': true,
              'training.epochs': 100,
              'training.batchSize': 256,
              'training.learningRate': 0.1,
              'training.weightDecay': 1e-4,
              'training.warmup': 0.05,
            },
          },
          {
            label: 'DeiT-small',
            set: {
              'model.name': 'deit-small',
              'model.stochasticDepth': 0.05,
              'training.epochs': 800,
              'training.batchSize': 2048,
              'training.optimizer': 'lamb',
              'training.learningRate': 4e-3,
              'training.labelSmoothing': 0,
              'training.weightDecay': 0.05,
              // Five epochs.
              'training.warmup': 0.00625,
              ...DEIT,
            },
          },
        ],
      },
      SCHEMES,
    ],
    seeds: [1],
  },
  reduced: {
    id: 'appendix-j-reduced',
    title: 'Appendix J, reduced: DeiT-tiny on 2,000 small images',
    description:
      'DeiT-tiny of six blocks on 2,000 images of CIFAR-10, standardised by their own mean, a random tenth ' +
      'of the training set validating; five epochs of LAMB at batch 128, half an epoch of them warm-up, ' +
      'without stochastic depth; three seeds.',
    source: 'Figure 12 (Appendix J)',
    base: {
      model: { name: 'deit-tiny', depthMultiplier: 0.5 },
      data: { name: 'cifar-10', limit: 2000, augment: true, ...fieldsOf('data') },
      sparsity: { density: 0.1 },
      initialization: { dense: 'conv-orthogonal' },
      training: {
        epochs: 5,
        optimizer: 'lamb',
        learningRate: 4e-3,
        weightDecay: 0.05,
        schedule: 'cosine',
        warmup: 0.1,
        ...fieldsOf('training'),
      },
    },
    axes: [SCHEMES],
    seeds: [1, 2, 3],
  },
}
