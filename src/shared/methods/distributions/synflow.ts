import { defineDistribution } from '../define.ts'

export const synflow = defineDistribution({
  name: 'synflow',
  title: 'SynFlow',
  help: 'Keeps what carries the synaptic flow, in 100 rounds, without data.',
  source: 'arXiv 2006.05467',
  settings: {},
  traits: { scores: 'flow', hasPublishedVariant: true },
  style: { place: 4 },
  check: (_, { sparsity }) =>
    sparsity.inverted && sparsity.variant === 'published'
      ? {
          where: 'inverted',
          severity: 'error',
          message: 'SynFlow as published is not inverted; take the variant literature.',
        }
      : null,
})
