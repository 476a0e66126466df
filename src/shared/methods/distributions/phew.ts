import { defineDistribution } from '../define.ts'

export const phew = defineDistribution({
  name: 'phew',
  title: 'PHEW',
  help: 'Keeps the weights on random walks from inputs and from outputs, biased to large |w|, without data.',
  source: 'arXiv 2010.11354',
  settings: {},
  traits: { scores: 'values' },
  style: { place: 13 },
  check: (_, { sparsity }) =>
    sparsity.inverted
      ? {
          where: 'sparsity.inverted',
          severity: 'error',
          message: 'PHEW takes walks, not scores, and has nothing to invert.',
        }
      : null,
})
