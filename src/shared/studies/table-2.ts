/** Table 2: contemporary networks with batch norm. */
import { DEVIATIONS } from './deviations.ts'
import {
  CIFAR_BASE,
  CIFAR_REDUCED,
  DENSE_POINT,
  FIVE_SEEDS,
  TABLE_SCHEMES,
  WEIGHTS,
  densityAxis,
  erkAxis,
} from './points.ts'
import type { Preset } from './types.ts'

export const table2: Preset = {
  kind: 'train',
  needs: { data: ['cifar-10'], device: 'gpu' },
  expected:
    'The paper: EOI is best or within a deviation of the best for every distribution; the gain over ' +
    'Base is largest at density 0.05. Measured (reduced, 93 steps): no row can be told from another, ' +
    'dense included.',
  study: {
    id: 'table-2',
    title: 'Table 2: ResNet-32 and VGG-16 on CIFAR-10',
    description:
      'Five distributions with Base, scaled Base (not in the paper), AI and EOI at densities 0.05 and 0.1, ' +
      '200 epochs; the dense networks beside them.',
    source: 'Table 2',
    base: CIFAR_BASE,
    axes: [
      {
        name: 'Model',
        points: [
          { label: 'ResNet-32', set: { 'model.name': 'resnet', 'model.depth': 32 } },
          { label: 'VGG-16', set: { 'model.name': 'vgg', 'model.depth': 16 } },
        ],
      },
      densityAxis([0.05, 0.1]),
      TABLE_SCHEMES,
    ],
    seeds: FIVE_SEEDS,
  },
  reduced: {
    id: 'table-2-reduced',
    title: 'Table 2, reduced: ResNet-20 on 4,000 images',
    description:
      'ResNet-20 on 4,000 images of CIFAR-10, three epochs, ERK at density 0.1, three seeds; the dense ' +
      'network without PyTorch’s default values.',
    source: 'Table 2',
    base: { ...CIFAR_REDUCED, model: { name: 'resnet', depth: 20 } },
    axes: [densityAxis([0.1]), erkAxis(WEIGHTS, DENSE_POINT)],
    seeds: [1, 2, 3],
  },
}

/** The public code validates on the test set. */
const EFFICIENTNET_DATA = {
  augment: true,
  crop: 'pad',
  hue: 0.05,
  saturation: 0.05,
  rotation: 10,
  validationFrom: 'test',
  standardisation: 'half',
} as const

const EFFICIENTNET_BASE = {
  model: { name: 'efficientnet-b0', dropout: 0.2, stochasticDepth: 0.2 },
  data: { name: 'tiny-imagenet', ...EFFICIENTNET_DATA },
  initialization: CIFAR_BASE.initialization,
  training: { ...CIFAR_BASE.training, epochs: 120, learningRate: 0.01, weightDecay: 1e-3 },
}

export const table2EfficientNet: Preset = {
  deviations: DEVIATIONS.efficientnet,
  kind: 'train',
  needs: { data: ['tiny-imagenet'], device: 'gpu' },
  expected:
    'The paper: EOI is best or within a deviation of the best for every distribution. Measured (reduced, ' +
    '155 steps): AI and scaled Base are below EOI; Base, whose seeds differ widely, cannot be told from ' +
    'any of them; the dense network is above all.',
  study: {
    id: 'table-2-efficientnet',
    title: 'Table 2: EfficientNet-B0 on Tiny ImageNet',
    description:
      'EfficientNet-B0 on 64 × 64 images at density 0.1, 120 epochs; scaled Base, which is not in the ' +
      'paper, beside Base.',
    source: 'Table 2',
    base: EFFICIENTNET_BASE,
    axes: [densityAxis([0.1]), TABLE_SCHEMES],
    seeds: FIVE_SEEDS,
  },
  reduced: {
    id: 'table-2-efficientnet-reduced',
    title: 'Table 2, reduced: a narrow EfficientNet on 4,000 images',
    description:
      'EfficientNet-B0 of half the width on 4,000 images of CIFAR-10, the last tenth of its training set ' +
      'validating, five epochs, ERK, three seeds; the dense network without PyTorch’s default values.',
    source: 'Table 2',
    base: {
      ...EFFICIENTNET_BASE,
      model: { ...EFFICIENTNET_BASE.model, widthMultiplier: 0.5 },
      data: { ...EFFICIENTNET_DATA, name: 'cifar-10', validationFrom: 'last', limit: 4000 },
      training: { ...EFFICIENTNET_BASE.training, epochs: 5 },
    },
    axes: [densityAxis([0.1]), erkAxis(WEIGHTS, DENSE_POINT)],
    seeds: [1, 2, 3],
  },
}
