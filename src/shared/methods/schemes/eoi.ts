import { pairListProblem } from '../pairs.ts'
import { patternProblem, patternTitle } from '../patterns.ts'
import { defineScheme } from '../define.ts'
import { modelKernels } from '../model-kernels.ts'
import { free, pattern, patterned, start } from './eoi-pattern.ts'

const degrees = { type: 'number', minimum: -360, maximum: 360 } as const

export const eoi = defineScheme({
  name: 'eoi',
  title: 'EOI',
  help: 'Exact orthogonal initialization: random rotations of the identity up to the density.',
  source: 'arXiv 2406.01755',
  settings: {
    moreNonzeros: {
      type: 'boolean',
      default: false,
      title: 'More nonzeros',
      help: 'EOI in kernels: density of H is min(min(d·k², 1), √d) in place of d.',
      when: { settings: { structured: [false] }, kernels: 'convolution' },
    },
    structured: {
      type: 'boolean',
      default: false,
      title: 'Structured',
      help: 'EOI keeps whole filters; linear layers stay dense.',
    },
    denseInput: {
      type: 'boolean',
      default: false,
      title: 'Dense input convolution',
      help:
        'Structured EOI: convolutions of up to 3 input channels, as images have, stay dense, as in the ' +
        'public code.',
      when: { settings: { structured: [true] }, kernels: 'convolution' },
    },
    angles: {
      group: {
        kind: {
          type: 'choice',
          choices: ['uniform', 'fixed', 'interval'],
          default: 'uniform',
          title: 'Angles',
          help: 'Distribution of the rotations’ angles.',
          when: free,
        },
        degrees: {
          ...degrees,
          default: 80,
          title: 'Angle',
          help: 'The fixed angle, in degrees.',
          when: { settings: { 'angles.kind': ['fixed'] } },
        },
        from: {
          ...degrees,
          default: 0,
          title: 'From',
          help: 'Start of the interval, in degrees.',
          when: { settings: { 'angles.kind': ['interval'] } },
        },
        to: {
          ...degrees,
          default: 90,
          title: 'To',
          help: 'End of the interval, in degrees.',
          when: { settings: { 'angles.kind': ['interval'] } },
        },
      },
    },
    pairs: {
      group: {
        kind: {
          type: 'choice',
          choices: ['uniform', 'blocks', 'list'],
          default: 'uniform',
          title: 'Column pairs',
          help: 'EOI: which two columns are rotated: any, two of one block of neighbours, or one of a list.',
          when: free,
        },
        block: {
          type: 'integer',
          default: 8,
          minimum: 2,
          maximum: 65_536,
          title: 'Block',
          help: 'Columns of a block (of the longer side of each matrix).',
          when: { settings: { 'pairs.kind': ['blocks'] } },
        },
        list: {
          type: 'text',
          default: '',
          maxLength: 20_000_000,
          title: 'Pairs',
          help: 'Pairs of columns from 0, an angle where wanted: 0-1, 1-2@30; all matrices must have them.',
          when: { settings: { 'pairs.kind': ['list'] } },
        },
      },
    },
    start,
    pattern,
  },
  traits: {
    ownsPositions: true,
    ownsDenseMasks: patterned,
    hasPublishedVariant: { kernels: 'depthwise' },
    timed: true,
  },
  style: { color: 0 },
  qualify({ start: from, pattern: steered }) {
    if (steered.kind !== 'none') return { text: patternTitle(steered), inLabels: true }
    return from === 'permutation' ? { text: 'permuted start', inLabels: true } : null
  },
  check({ structured, angles, pairs, pattern: steered }, { model, sparsity }) {
    const wrong = patternProblem(steered)
    if (wrong !== null) return { where: wrong[0], message: wrong[1], severity: 'error' }
    if (structured && steered.kind !== 'none') {
      return {
        where: 'pattern.kind',
        message: 'Structured EOI keeps whole filters and takes no pattern.',
        severity: 'error',
      }
    }
    if (structured && !modelKernels(model.name).maskable.includes('convolution')) {
      return {
        where: 'structured',
        message: `Structured EOI leaves linear layers dense, and ${model.name} has no convolutions to mask.`,
        severity: 'error',
      }
    }
    const list = pairs.kind === 'list' ? pairListProblem(pairs.list) : null
    if (list !== null) return { where: 'pairs.list', message: list, severity: 'error' }
    if (angles.kind === 'interval' && angles.from >= angles.to) {
      return {
        where: 'angles.to',
        severity: 'error',
        message: `The interval of angles ends (${angles.to}°) before it begins (${angles.from}°).`,
      }
    }
    if (sparsity.density < 1 || steered.kind !== 'none') return null
    return {
      where: 'initialization.scheme',
      severity: 'warning',
      message: 'EOI at density 1 is a product of many rotations; Base with orthogonal does the same faster.',
    }
  },
})
