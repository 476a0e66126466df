/** The optimizers' steps on a thread's share of the weights: bytes [from, to) after the arrays' first. */
import { bytes, each, words } from './spans.ts'
import { instruction, type Fields, type Instructions, type Span } from './types.ts'

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

type ShareValues = Readonly<Record<'from' | 'to', number>>

const share = ({ from, to }: ShareValues): Span => ({ from, to })

const allParts = ({
  from,
  to,
  stride,
  threads,
}: ShareValues & Record<'stride' | 'threads', number>): Span => ({
  from,
  to: (threads - 1) * stride + to,
})

const momentSpans = (f: ShareValues): Record<'weights' | 'first' | 'second', Span> =>
  each(share(f), 'weights', 'first', 'second')

export const OPTIMIZERS = {
  SGD: instruction({
    kernel: 'sgd',
    file: 'optimizers/sgd',
    fields: {
      weights: 'address',
      velocity: 'optional',
      ...GRADIENT,
      ...SHARE,
      rate: 'realAt',
      momentum: 'real',
      nesterov: 'word',
      decay: 'real',
    },
    spans: (f) => ({ weights: share(f), velocity: share(f), parts: allParts(f) }),
  }),
  ADAMW: instruction({
    kernel: 'adamw',
    file: 'optimizers/adamw',
    fields: { ...MOMENTS, ...GRADIENT, ...SHARE, numbers: 'address', ...DECAYS },
    spans: (f) => ({ ...momentSpans(f), parts: allParts(f), numbers: words(3) }),
  }),
  LAMB_MOMENTS: instruction({
    kernel: 'lambMoments',
    file: 'optimizers/lamb',
    fields: { ...MOMENTS, ...GRADIENT, ...SHARE, numbers: 'address', sums: 'optional', ...DECAYS },
    spans: (f) => ({ ...momentSpans(f), parts: allParts(f), numbers: words(3), sums: bytes(16) }),
  }),
  LAMB_WEIGHTS: instruction({
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
    spans: (f) => ({ ...momentSpans(f), numbers: words(3), sums: bytes(16 * f.threads) }),
  }),
} satisfies Instructions
