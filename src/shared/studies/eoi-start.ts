/** What EOI's start is worth: the identity, as in the paper, or a random permutation of it. */
import { parseSpec } from '../spec/parse.ts'
import { schemeName } from '../spec/scheme-name.ts'
import { FIVE_SEEDS, densityAxis, schemePoints } from './points.ts'
import type { Preset } from './types.ts'

const START = 'initialization.start'
const permuted = schemeName(
  parseSpec({
    sparsity: { distribution: 'uniform' },
    initialization: { scheme: 'eoi', start: 'permutation' },
  }),
)
const schemes = {
  name: 'Scheme',
  points: [
    ...schemePoints(['uniform'], ['eoi']),
    {
      label: permuted,
      set: { 'sparsity.distribution': 'uniform', 'initialization.scheme': 'eoi', [START]: 'permutation' },
    },
    ...schemePoints(['uniform'], ['ai', 'scaled-base']),
  ],
}
const base = {
  model: { name: 'mlp', depth: 6, width: 100, activation: 'tanh' },
  data: { name: 'mnist' },
  initialization: { dense: 'orthogonal', gain: 1.0247, biasStd: 0.00448 },
  training: { learningRate: 0.01 },
} as const

export const eoiStart: Preset = {
  kind: 'train',
  needs: { data: ['mnist'], device: 'cpu' },
  expected:
    'At low density the identity leaves much of the first layer on the image’s first hundred pixels, which ' +
    'hardly vary; a permutation spreads it. Measured (reduced): no difference beyond the seeds’ spread at ' +
    'densities 0.01, 0.02 and 0.125.',
  study: {
    id: 'eoi-start',
    title: 'EOI from a permutation',
    description:
      'MLP-7 on MNIST, uniform densities from 0.01 to 0.125: EOI from the identity and from a random ' +
      'permutation of it, beside AI and scaled Base.',
    source: '',
    base: { ...base, training: { ...base.training, epochs: 10 } },
    axes: [densityAxis([0.01, 0.015, 0.02, 0.05, 0.125]), schemes],
    seeds: FIVE_SEEDS,
  },
  reduced: {
    id: 'eoi-start-reduced',
    title: 'EOI from a permutation, reduced: some minutes',
    description:
      'The same on 12,000 digits for two epochs, three densities, three seeds: what the start is worth.',
    source: '',
    base: { ...base, data: { ...base.data, limit: 12_000 }, training: { ...base.training, epochs: 2 } },
    axes: [densityAxis([0.01, 0.02, 0.125]), schemes],
    seeds: [1, 2, 3],
  },
}
