/** Figure 3: singular values of the input-output Jacobian at initialization, against density. */
import {
  DENSE_POINT,
  WEIGHTS,
  DISTRIBUTIONS_OF_THE_PAPER,
  FIVE_SEEDS,
  MNIST,
  STEP_SCHEDULE,
  activationAxis,
  densityAxis,
  erkAxis,
  schemePoints,
} from './points.ts'
import type { Preset } from './types.ts'

const DENSITIES = [0.03, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
const base = {
  model: { name: 'mlp', depth: 6, width: 100 },
  data: MNIST,
  initialization: { dense: 'orthogonal', gain: 1, biasStd: 0, aiSteps: 10_000 },
  training: {
    epochs: 0,
    batchSize: 128,
    optimizer: 'sgd',
    learningRate: 0.01,
    momentum: 0.9,
    nesterov: true,
    weightDecay: 1e-4,
  },
}

/** Of the Jacobians at the first training batch. */
const SPECTRUM = { spectrum: 'initialization', spectrumInputs: 128, spectrumExamples: 'first-batch' } as const

export const figure3: Preset = {
  kind: 'spectrum',
  needs: { data: ['mnist'], device: 'cpu' },
  expected:
    'The paper: EOI keeps the mean singular value near that of the dense orthogonal network at every ' +
    'density (exactly 1 with the linear activation); Base falls towards 0 as the density falls; AI ' +
    'lies between and gives way below density 0.2. Measured (reduced, tanh): with ERK AI is nearest ' +
    'to the dense mean at 0.03, and from 0.1 on scaled Base, AI and EOI are within a quarter of it; ' +
    'with SynFlow EOI is nearest up to 0.1, AI from 0.2 on.',
  study: {
    id: 'figure-3',
    title: 'Figure 3: signal propagation against density',
    description:
      'Mean, maximum, minimum and variance of the singular values of the input-output Jacobian of MLP-7 at ' +
      'initialization, for every distribution, weight scheme and density, scaled Base among them, which is ' +
      'not in the paper. Trains nothing.',
    source: 'Figure 3',
    base: { ...base, training: { ...base.training, ...SPECTRUM } },
    axes: [
      activationAxis(['linear', 'tanh', 'relu', 'hard-tanh']),
      densityAxis(DENSITIES),
      { name: 'Scheme', points: schemePoints(DISTRIBUTIONS_OF_THE_PAPER, WEIGHTS) },
    ],
    seeds: FIVE_SEEDS,
  },
  reduced: {
    id: 'figure-3-reduced',
    title: 'Figure 3, reduced: signal propagation against density',
    description:
      'As Figure 3 with tanh, ERK and SynFlow, seven densities and three seeds, at the first 16 of the ' +
      'first batch’s 128 examples.',
    source: 'Figure 3',
    base: { ...base, training: { ...base.training, ...SPECTRUM, spectrumInputs: 16 } },
    axes: [
      activationAxis(['tanh']),
      densityAxis([0.03, 0.05, 0.1, 0.2, 0.4, 0.7, 1]),
      {
        name: 'Scheme',
        points: schemePoints(['erk', 'synflow'], WEIGHTS),
      },
    ],
    seeds: [1, 2, 3],
  },
}

export const figure3Training: Preset = {
  kind: 'train',
  needs: { data: ['mnist'], device: 'cpu' },
  expected:
    'The paper: at density 0.05 EOI learns fastest and Base last; the curves meet as the ' +
    'density grows. Measured (reduced, ERK at 0.05): scaled Base, AI and EOI end within a quarter of ' +
    'a point.',
  study: {
    id: 'figure-3-training',
    title: 'Figure 3: training curves of MLP-7',
    description:
      'Training of the networks of Figure 3 for 100 epochs; scaled Base, which is not in the paper, beside ' +
      'Base.',
    source: 'Figure 3',
    base: {
      ...base,
      training: {
        ...base.training,
        ...STEP_SCHEDULE,
        epochs: 100,
      },
    },
    axes: [
      activationAxis(['linear', 'tanh', 'relu', 'hard-tanh']),
      densityAxis([0.05, 0.1]),
      {
        name: 'Scheme',
        points: [...schemePoints(DISTRIBUTIONS_OF_THE_PAPER, WEIGHTS), DENSE_POINT],
      },
    ],
    seeds: FIVE_SEEDS,
  },
  reduced: {
    id: 'figure-3-training-reduced',
    title: 'Figure 3, reduced: training curves of MLP-7',
    description: 'ERK at density 0.05 with tanh, three epochs, three seeds.',
    source: 'Figure 3',
    base: {
      ...base,
      training: { ...base.training, ...STEP_SCHEDULE, epochs: 3, evaluations: 4 },
    },
    axes: [activationAxis(['tanh']), densityAxis([0.05]), erkAxis(WEIGHTS, DENSE_POINT)],
    seeds: [1, 2, 3],
  },
}
