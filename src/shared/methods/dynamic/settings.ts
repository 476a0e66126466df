/** Settings that several dynamic methods share: each names the same object. */
import type { When } from '../types.ts'

/** Of what only steps read, where a method changes masks before the first, too. */
export const inSteps: When = { steps: true }

/** One cut through the whole network, or the density that the distribution gives each layer. */
export const scope = {
  type: 'choice',
  title: 'Scope of pruning',
  help:
    'global: the smallest weights of the whole network go; distribution: of each ' +
    'layer, down to the density ' +
    'that sparsity.distribution gives it.',
  choices: ['global', 'distribution'],
  default: 'global',
} as const

export const begin = {
  type: 'number',
  title: 'Begin',
  when: inSteps,
  help: 'Fraction of training after which pruning begins.',
  default: 0,
  minimum: 0,
  exclusiveMaximum: 1,
} as const

export const startDensity = {
  type: 'number',
  title: 'Start density',
  help: 'The density that the schedule starts from; sparsity.density is where it ends.',
  default: 1,
  exclusiveMinimum: 0,
  maximum: 1,
} as const

/** May what an update just dropped be grown by it again? */
export const regrow = {
  type: 'choice',
  title: 'Just dropped weights',
  help: 'allowed: what an update just dropped may be grown by it again; excluded: it may not.',
  choices: ['allowed', 'excluded'],
  default: 'allowed',
} as const

export const refresh = {
  type: 'integer',
  title: 'Steps between masks',
  when: inSteps,
  help: 'The mask of the forward pass is made anew every so many steps.',
  default: 1,
  minimum: 1,
  maximum: 1_000_000,
} as const

export const groupKept = {
  type: 'integer',
  title: 'Kept of a group',
  help: 'N of N:M: weights that each group of inputs keeps.',
  default: 2,
  minimum: 1,
  maximum: 64,
} as const

export const groupSize = {
  type: 'integer',
  title: 'Size of a group',
  help:
    'M of N:M: consecutive inputs of one output that make a group; layers whose inputs it does not divide ' +
    'stay dense.',
  default: 4,
  minimum: 2,
  maximum: 64,
} as const

export const fractionEnd = {
  type: 'number',
  title: 'Drop fraction at the end',
  help: 'What the cosine of dynamic.fraction falls to; the public code of the EOI paper has .005.',
  minimum: 0,
  maximum: 1,
  default: 0,
} as const

export const dropRounding = {
  type: 'choice',
  title: 'Rounding of what falls',
  help: 'The count of dropped weights, rounded down, or up as in the public code of the EOI paper.',
  choices: ['down', 'up'],
  default: 'down',
} as const
