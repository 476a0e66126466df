import { erkValue, scaleToDensity } from '../../shared/graph/erdos-renyi.ts'
import { computedDensities } from './bernoulli.ts'
import type { Distribution } from './distribution.ts'
import { checkDensity, entriesOf } from './kernels.ts'

/**
 * Erdős–Rényi-Kernel (Evci et al. 2020, arXiv 1911.11134): density ε·(Σ dims)/(Π dims) over all four dims of
 * a convolution, so that layers with few entries keep more; layers that would pass 1 are dense.
 */
export const erk: Distribution = (request) => {
  checkDensity(request.density)
  const raw = request.kernels.map(({ shape }) => erkValue(shape))
  return computedDensities(
    request,
    scaleToDensity(raw, request.kernels.map(entriesOf), request.density).densities,
  )
}
