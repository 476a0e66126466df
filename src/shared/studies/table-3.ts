/** Table 3: other activations, and deeper residual networks. */
import { DEVIATIONS } from './deviations.ts'
import {
  CIFAR_BASE,
  CIFAR_REDUCED,
  DENSE_POINT,
  FIVE_SEEDS,
  TABLE_SCHEMES,
  WEIGHTS,
  activationAxis,
  densityAxis,
  erkAxis,
} from './points.ts'
import type { StudyInput } from '../spec/study-schema.ts'
import type { Preset } from './types.ts'

const ACTIVATIONS = ['relu', 'tanh', 'leaky-relu', 'selu'] as const

/** ResNet-56 and 110 with relu alone, all other networks at density 0.1 alone. */
const EXCLUDED: NonNullable<StudyInput['exclude']> = [
  { 'model.depth': 32, 'sparsity.density': 0.05 },
  { 'model.name': 'vgg', 'sparsity.density': 0.05 },
  ...ACTIVATIONS.filter((each) => each !== 'relu').flatMap((activation) =>
    [56, 110].map((depth) => ({ 'model.depth': depth, 'model.activation': activation })),
  ),
]

export const table3: Preset = {
  deviations: DEVIATIONS.table3,
  kind: 'train',
  needs: { data: ['cifar-10'], device: 'gpu' },
  expected:
    'The paper: EOI’s lead over Base holds for every activation and grows with the depth. Measured ' +
    '(reduced, 93 steps): with tanh AI is two points ahead of EOI; with relu no row can be told from ' +
    'another.',
  study: {
    id: 'table-3',
    title: 'Table 3: activations and depth',
    description:
      'ResNet-32 and VGG-16 with four activations, ResNet-56 and ResNet-110 with relu, on CIFAR-10 at ' +
      'densities 0.05 and 0.1, the activations at density 0.1: five distributions with Base, scaled Base ' +
      '(not in the paper), AI and EOI.',
    source: 'Table 3',
    base: CIFAR_BASE,
    axes: [
      {
        name: 'Model',
        points: [
          { label: 'ResNet-32', set: { 'model.name': 'resnet', 'model.depth': 32 } },
          { label: 'ResNet-56', set: { 'model.name': 'resnet', 'model.depth': 56 } },
          { label: 'ResNet-110', set: { 'model.name': 'resnet', 'model.depth': 110 } },
          { label: 'VGG-16', set: { 'model.name': 'vgg', 'model.depth': 16 } },
        ],
      },
      activationAxis(ACTIVATIONS),
      densityAxis([0.05, 0.1]),
      TABLE_SCHEMES,
    ],
    exclude: EXCLUDED,
    seeds: FIVE_SEEDS,
  },
  reduced: {
    id: 'table-3-reduced',
    title: 'Table 3, reduced: two activations on 4,000 images',
    description:
      'ResNet-20 with relu and tanh on 4,000 images of CIFAR-10, ERK at density 0.1, three epochs, three ' +
      'seeds; the dense networks without PyTorch’s default values.',
    source: 'Table 3',
    base: { ...CIFAR_REDUCED, model: { name: 'resnet', depth: 20 } },
    axes: [activationAxis(['relu', 'tanh']), densityAxis([0.1]), erkAxis(WEIGHTS, DENSE_POINT)],
    seeds: [1, 2, 3],
  },
}
