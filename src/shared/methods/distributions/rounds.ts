/** The setting that iterative scores share. */
export const rounds = {
  scoreRounds: {
    type: 'integer',
    default: 20,
    minimum: 1,
    maximum: 1000,
    title: 'Score rounds',
    help: 'Iterative scores: rounds in which the density falls, by one factor, to the one asked for.',
  },
} as const
