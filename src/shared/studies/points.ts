/** Points of axes that many studies share. */
import type { RunSpec } from '../spec/schema.ts'
import type { Axis, Match } from '../spec/study-schema.ts'
import { MATCH_LABELS } from './dense-reference.ts'
import { parseSpec } from '../spec/parse.ts'
import { schemeName } from '../spec/scheme-name.ts'

type Point = Axis['points'][number]
type Distribution = RunSpec['sparsity']['distribution']
type WeightScheme = RunSpec['initialization']['scheme']

export const FIVE_SEEDS = [1, 2, 3, 4, 5]
export const DISTRIBUTIONS_OF_THE_PAPER: readonly Distribution[] = [
  'uniform',
  'erk',
  'snip',
  'grasp',
  'synflow',
]
/** The paper's three, and scaled Base, without which Base's row shows its variance, not its positions. */
export const WEIGHTS: readonly WeightScheme[] = ['base', 'scaled-base', 'ai', 'eoi']

/** Every distribution with every weight scheme, labelled as papers do (`ERK-EOI`). */
export function schemePoints(
  distributions: readonly Distribution[],
  weights: readonly WeightScheme[],
): Point[] {
  return distributions.flatMap((distribution) =>
    weights.map((scheme) => ({
      label: schemeName(parseSpec({ sparsity: { distribution }, initialization: { scheme } })),
      set: { 'sparsity.distribution': distribution, 'initialization.scheme': scheme },
    })),
  )
}

/** ERK with each of the weight schemes, and what stands beside them. */
export function erkAxis(weights: readonly WeightScheme[], ...beside: Point[]): Axis {
  return { name: 'Scheme', points: [...schemePoints(['erk'], weights), ...beside] }
}

/** The dense network with the study's dense initializer. */
export const DENSE_POINT: Point = {
  label: 'Dense',
  set: { 'sparsity.distribution': 'dense', 'sparsity.density': 1, 'initialization.scheme': 'base' },
}

/** The dense network as PyTorch initializes it: kernels and biases uniform on ±1/√fan-in. */
export const DENSE_DEFAULT_POINT: Point = {
  label: 'Dense, PyTorch’s default',
  set: {
    ...DENSE_POINT.set,
    'initialization.dense': 'pytorch',
    'initialization.gain': 1,
  },
}

/** The rows of Tables 2 and 3. */
export const TABLE_SCHEMES: Axis = {
  name: 'Scheme',
  points: [...schemePoints(DISTRIBUTIONS_OF_THE_PAPER, WEIGHTS), DENSE_POINT, DENSE_DEFAULT_POINT],
}

/** Dense networks of the sparse one's size, solved when the study is expanded (dense-reference.ts). */
export function densePoints(matches: readonly Match[]): Point[] {
  return matches.map((match) => ({ label: MATCH_LABELS[match], set: DENSE_POINT.set, match }))
}

/** SAO with the public code's values; its first layer and its classifier stay dense. */
export function saoPoint(degree: number): Point {
  return {
    label: 'SAO',
    set: {
      'sparsity.distribution': 'uniform-skip',
      'sparsity.variant': 'published',
      'initialization.scheme': 'sao',
      'initialization.saoDegree': degree,
    },
  }
}

export function densityAxis(densities: readonly number[]): Axis {
  return {
    name: 'Density',
    points: densities.map((density) => ({ label: String(density), set: { 'sparsity.density': density } })),
  }
}

export function activationAxis(activations: readonly RunSpec['model']['activation'][]): Axis {
  return {
    name: 'Activation',
    points: activations.map((activation) => ({ label: activation, set: { 'model.activation': activation } })),
  }
}

/** MNIST as the public code splits it: the last tenth of the training set validates. */
export const MNIST = { name: 'mnist', validationFrom: 'last' } as const

/** CIFAR-10 as the public code splits and standardises it. */
export const CIFAR_10 = { name: 'cifar-10', validationFrom: 'last', standardisation: 'cifar' } as const

/** The rate falls to a tenth after half and three quarters of the training. */
export const STEP_SCHEDULE = { schedule: 'step', milestones: [0.5, 0.75], gamma: 0.1 } as const

/** Training of the contemporary networks on CIFAR (Tables 2 and 3, Appendices G, I, K). */
export const CIFAR_BASE = {
  data: { ...CIFAR_10, augment: true },
  initialization: { dense: 'conv-orthogonal', gain: 1, biasStd: 0, moreNonzeros: true },
  training: {
    epochs: 200,
    batchSize: 128,
    optimizer: 'sgd',
    learningRate: 0.1,
    momentum: 0.9,
    nesterov: true,
    weightDecay: 1e-4,
    ...STEP_SCHEDULE,
  },
} as const

/** The same at a laptop's size: 4,000 images, three epochs. */
export const CIFAR_REDUCED = {
  data: { ...CIFAR_BASE.data, limit: 4000 },
  initialization: CIFAR_BASE.initialization,
  training: { ...CIFAR_BASE.training, epochs: 3 },
} as const
