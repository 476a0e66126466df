import { bernoulliMask } from '../initialization/masks.ts'
import type { DensityRequest } from './distribution.ts'
import { densitiesOnly, entriesOf, fromMasks } from './kernels.ts'
import type { DensityResult } from './types.ts'

/**
 * The result of a distribution that computes densities: as they are, or, in the published variant, as
 * Bernoulli masks drawn with them (so that the counts fluctuate about the targets, as in the EOI paper's
 * public code).
 */
export function computedDensities(request: DensityRequest, densities: readonly number[]): DensityResult {
  if (request.variant === 'literature') return densitiesOnly(request.kernels, densities)
  const masks = new Map(
    request.kernels.map((parameter, k) => [
      parameter.name,
      bernoulliMask(entriesOf(parameter), densities[k], request.stream.split(parameter.name)),
    ]),
  )
  return fromMasks(request.kernels, masks)
}
