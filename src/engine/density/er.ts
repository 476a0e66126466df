import { erValue, scaleToDensity } from '../../shared/graph/erdos-renyi.ts'
import { computedDensities } from './bernoulli.ts'
import type { Distribution } from './distribution.ts'
import { checkDensity, entriesOf } from './kernels.ts'

/**
 * Erdős–Rényi (Mocanu et al. 2018): as ERK, with (in + out)/(in·out) of the channels alone, whatever the
 * kernel's sides.
 */
export const er: Distribution = (request) => {
  checkDensity(request.density)
  const raw = request.kernels.map(({ shape }) => erValue(shape))
  return computedDensities(
    request,
    scaleToDensity(raw, request.kernels.map(entriesOf), request.density).densities,
  )
}
