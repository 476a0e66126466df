/** EOI's settings that steer where its nonzeros come to lie. */

const NONE = 'none'
const KINDS = ['n-m', 'blocks', 'bands', 'text'] as const

/** What no pattern fixes. */
export const free = { settings: { 'pattern.kind': [NONE] } } as const

/** Where one is set. */
export const patterned = { settings: { 'pattern.kind': KINDS } } as const

export const start = {
  type: 'choice',
  choices: ['identity', 'permutation'],
  default: 'identity',
  title: 'Start',
  help: 'EOI: what is rotated: the identity, as in the paper, or a random permutation of its columns.',
  when: free,
} as const

export const pattern = {
  group: {
    kind: {
      type: 'choice',
      choices: [NONE, ...KINDS],
      default: NONE,
      title: 'Pattern',
      help: 'EOI: rotations of the QR decomposition of a random matrix with this pattern.',
    },
    keep: {
      type: 'integer',
      default: 2,
      minimum: 1,
      maximum: 1024,
      title: 'N of N:M',
      help: 'So many of each M neighbouring inputs of an output, at random places.',
      when: { settings: { 'pattern.kind': ['n-m'] } },
    },
    of: {
      type: 'integer',
      default: 4,
      minimum: 1,
      maximum: 1024,
      title: 'M of N:M',
      help: 'Neighbouring inputs of which N are kept.',
      when: { settings: { 'pattern.kind': ['n-m'] } },
    },
    size: {
      type: 'integer',
      default: 8,
      minimum: 1,
      maximum: 65_536,
      title: 'Size',
      help: 'Side of the blocks on the diagonal, or columns of the band about it.',
      when: { settings: { 'pattern.kind': ['blocks', 'bands'] } },
    },
    text: {
      type: 'text',
      default: '',
      maxLength: 20_000_000,
      title: 'Pattern’s rows',
      help: 'Rows of 0 and 1 parted by /, e.g. 1100/0011, repeated over larger matrices.',
      when: { settings: { 'pattern.kind': ['text'] } },
    },
  },
} as const
