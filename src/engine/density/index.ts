/**
 * Density distributions by name. To add one: a file beside this with a `Distribution`, a line in the record,
 * its name in DISTRIBUTIONS of shared/spec/schema.ts, and a test.
 */
import { BenchError } from '../../shared/contract/errors.ts'
import type { DISTRIBUTIONS } from '../../shared/spec/schema.ts'
import { dense } from './dense.ts'
import type { DensityRequest, Distribution } from './distribution.ts'
import { er } from './er.ts'
import { erk } from './erk.ts'
import { grasp } from './grasp.ts'
import { magnitude } from './magnitude.ts'
import { snip } from './snip.ts'
import { synflow } from './synflow.ts'
import type { DensityAnswer } from './types.ts'
import { uniformSkip } from './uniform-skip.ts'
import { uniform } from './uniform.ts'

export const distributions = {
  dense: dense,
  uniform: uniform,
  'uniform-skip': uniformSkip,
  er: er,
  erk: erk,
  snip: snip,
  grasp: grasp,
  synflow: synflow,
  magnitude: magnitude,
} satisfies Record<(typeof DISTRIBUTIONS)[number], Distribution>

export type DistributionName = keyof typeof distributions

/** What a distribution's scores need: nothing, the values alone, gradients on data, or the data-free flow. */
export const needsScores: Readonly<Record<DistributionName, 'nothing' | 'values' | 'data' | 'flow'>> = {
  dense: 'nothing',
  uniform: 'nothing',
  'uniform-skip': 'nothing',
  er: 'nothing',
  erk: 'nothing',
  snip: 'data',
  grasp: 'data',
  synflow: 'flow',
  magnitude: 'values',
}

/**
 * The density of every maskable kernel, and the masks where scores choose them. Throws
 * BenchError('not-found') for an unknown name, 'bad-input' for a density outside (0, 1], and 'impossible' for
 * a score method without a score engine.
 */
export async function densities(name: string, request: DensityRequest): Promise<DensityAnswer> {
  if (!Object.hasOwn(distributions, name)) {
    throw new BenchError(
      'not-found',
      `Density distribution ${name}: known are ${Object.keys(distributions).join(', ')}.`,
      'sparsity.distribution',
    )
  }
  return distributions[name as DistributionName](request)
}
