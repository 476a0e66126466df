import { defineScheme } from '../define.ts'

/** Variance of a weight times its kept fan-in, by name: 1, 2 and 1/3. */
export const FAN_IN_SCALES = ['lecun', 'he', 'published'] as const

const QUALIFIERS = { lecun: null, he: 'He', published: 'published' } as const

export const fanIn = defineScheme({
  name: 'fan-in',
  title: 'Fan-in',
  help: 'Each weight is drawn uniformly, scaled by the unmasked fan-in of its output unit.',
  source: 'arXiv 2010.03533',
  settings: {
    fanInScale: {
      type: 'choice',
      choices: FAN_IN_SCALES,
      default: 'lecun',
      title: 'Fan-in scale',
      when: { literature: true },
      help:
        'Scheme fan-in: variance of a weight times the kept weights of its unit, over σ_w². lecun 1, he 2 ' +
        '(for relu), published 1/3: uniform on ±1/√fan-in, as in the EOI paper’s code.',
    },
  },
  traits: { hasPublishedVariant: true },
  style: { color: 5 },
  qualify({ fanInScale }, { sparsity }) {
    // A published variant fixes the scale, and is told itself.
    const text = sparsity.variant === 'literature' ? QUALIFIERS[fanInScale] : null
    return text === null ? null : { text, inLabels: false }
  },
})
