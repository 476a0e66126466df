/** Not in the paper: what a sparse start is worth in a language model, where its authors hoped for most. */
import type { StudyInput } from '../spec/study-schema.ts'
import { DENSE_POINT, FIVE_SEEDS, WEIGHTS, densityAxis, erkAxis } from './points.ts'
import type { Preset } from './types.ts'

const TRAINING = {
  optimizer: 'adamw',
  weightDecay: 0.01,
  schedule: 'cosine',
} as const

/** Query, key, value and output kernels are sparse too: else attention stays as it is. */
const ALL_KERNELS = { attention: true } as const

const schemeAxis = erkAxis(WEIGHTS, DENSE_POINT)

const WHOLE: StudyInput = {
  id: 'gpt-text',
  title: 'A sparse language model',
  description:
    'GPT of 6 blocks, width 384 and 6 heads on sequences of 256 characters; all kernels of attention and ' +
    'MLPs sparse (ERK) at densities 0.05, 0.1 and 0.25, four starts, and dense. On the text that the bench ' +
    'makes: name your own with data.path. Compare test perplexity.',
  source: '',
  base: {
    model: { name: 'gpt', depth: 6, width: 384, heads: 6 },
    data: { name: 'text', context: 256, augment: true },
    sparsity: ALL_KERNELS,
    initialization: { dense: 'orthogonal', gain: 1, biasStd: 0 },
    training: { ...TRAINING, epochs: 30, batchSize: 16, learningRate: 1e-3 },
  },
  axes: [densityAxis([0.05, 0.1, 0.25]), schemeAxis],
  seeds: FIVE_SEEDS,
}

const REDUCED: StudyInput = {
  ...WHOLE,
  id: 'gpt-text-reduced',
  title: 'A sparse language model, reduced: a quarter of an hour',
  description:
    'GPT of 3 blocks, width 64 and 4 heads on sequences of 64 characters of the text that the bench makes; ' +
    'all kernels of attention and MLPs sparse (ERK) at density 0.1, four starts (AI with 1,000 steps), and ' +
    'dense. Compare test perplexity.',
  base: {
    model: { name: 'gpt', depth: 3, width: 64, heads: 4 },
    data: { name: 'text', context: 64, augment: true },
    sparsity: ALL_KERNELS,
    initialization: { dense: 'orthogonal', gain: 1, biasStd: 0, aiSteps: 1000 },
    training: { ...TRAINING, epochs: 4, batchSize: 16, learningRate: 3e-3, evaluations: 4 },
  },
  axes: [densityAxis([0.1]), schemeAxis],
  seeds: [1, 2, 3],
}

export const gptText: Preset = {
  kind: 'train',
  needs: { data: ['text'], device: 'gpu' },
  expected:
    'Open. Layer norm before each branch and the residual stream carry the signal whatever the start ' +
    'is, so that the starts may differ by less than in deep plain networks. Measured (reduced): Base ' +
    'is ahead of scaled Base, AI and EOI by 2 % of perplexity, and these cannot be told apart.',
  study: WHOLE,
  reduced: REDUCED,
}
