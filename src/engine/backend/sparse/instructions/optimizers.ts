/** The optimizers' steps on a thread's share of the weights: bytes [from, to) after the arrays' first. */
import type { Fields, Instructions } from './types.ts'

/** The threads' parts of the gradient: where they are, how far apart, how many. */
const GRADIENT = { parts: 'address', stride: 'word', threads: 'word' } as const satisfies Fields

const SHARE = { from: 'word', to: 'word' } as const satisfies Fields

const MOMENTS = { weights: 'address', first: 'address', second: 'address' } as const satisfies Fields

const DECAYS = {
  beta1: 'real',
  complement1: 'real',
  beta2: 'real',
  complement2: 'real',
  epsilon: 'real',
  decay: 'real',
} as const satisfies Fields

export const OPTIMIZERS = {
  SGD: {
    kernel: 'sgd',
    file: 'optimizers/sgd',
    fields: {
      weights: 'address',
      velocity: 'address',
      ...GRADIENT,
      ...SHARE,
      rate: 'realAt',
      momentum: 'real',
      nesterov: 'word',
      decay: 'real',
    },
  },
  ADAMW: {
    kernel: 'adamw',
    file: 'optimizers/adamw',
    fields: { ...MOMENTS, ...GRADIENT, ...SHARE, numbers: 'address', ...DECAYS },
  },
  LAMB_MOMENTS: {
    kernel: 'lambMoments',
    file: 'optimizers/lamb',
    fields: { ...MOMENTS, ...GRADIENT, ...SHARE, numbers: 'address', sums: 'address', ...DECAYS },
  },
  LAMB_WEIGHTS: {
    kernel: 'lambWeights',
    file: 'optimizers/lamb',
    fields: {
      ...MOMENTS,
      ...SHARE,
      numbers: 'address',
      sums: 'address',
      threads: 'word',
      epsilon: 'real',
      decay: 'real',
    },
  },
} as const satisfies Instructions
