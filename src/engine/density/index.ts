/**
 * The computations of the density distributions, by name. To add one: a descriptor in
 * shared/methods/distributions, a file beside this with a `Distribution`, a line in both records, and a test.
 */
import { BenchError } from '../../shared/contract/errors.ts'
import type { BuiltInDistribution } from '../../shared/methods/registry.ts'
import type { OwnName } from '../../shared/spec/own.ts'
import { dense } from './dense.ts'
import type { DensityRequest, Distribution } from './distribution.ts'
import { er } from './er.ts'
import { erk } from './erk.ts'
import { force } from './force.ts'
import { grasp } from './grasp.ts'
import { iterativeSnip } from './iterative-snip.ts'
import { magnitude } from './magnitude.ts'
import { ntkSap } from './ntk-sap.ts'
import { phew } from './phew.ts'
import { snip } from './snip.ts'
import { synflow } from './synflow.ts'
import type { DensityResult } from './types.ts'
import { uniformSkip } from './uniform-skip.ts'
import { uniform } from './uniform.ts'

const distributions: Readonly<Record<BuiltInDistribution, Distribution>> = {
  dense,
  uniform,
  'uniform-skip': uniformSkip,
  er,
  erk,
  snip,
  grasp,
  synflow,
  magnitude,
  'iterative-snip': iterativeSnip,
  force,
  phew,
  'ntk-sap': ntkSap,
}

const own = new Map<string, Distribution>()

/**
 * Makes the computation of a user's own distribution known in this process; its descriptor is registered with
 * registerMethod of shared/methods/registry.ts. Returns what takes it away again.
 */
export function registerDistribution(name: OwnName, distribution: Distribution): () => void {
  own.set(name, distribution)
  return () => {
    if (own.get(name) === distribution) own.delete(name)
  }
}

/**
 * The density of every maskable kernel, and the masks where scores choose them. Throws
 * BenchError('not-found') for an unknown name, 'bad-input' for a density outside (0, 1], and 'impossible' for
 * a score method without a score engine.
 */
export async function densities(name: string, request: DensityRequest): Promise<DensityResult> {
  const builtIn: Readonly<Record<string, Distribution>> = distributions
  const distribution = Object.hasOwn(builtIn, name) ? builtIn[name] : own.get(name)
  if (distribution) return distribution(request)
  throw new BenchError(
    'not-found',
    `Density distribution ${name}: known are ${[...Object.keys(builtIn), ...own.keys()].join(', ')}.`,
    'sparsity.distribution',
  )
}
