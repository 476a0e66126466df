import type { Shape } from '../../shared/graph/types.ts'
import { answerDensities } from './bernoulli.ts'
import type { Distribution } from './distribution.ts'
import { scaleToDensity } from './erdos-renyi.ts'
import { checkDensity, entriesOf } from './kernels.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'

const sum = (shape: Shape): number => shape.reduce((total, side) => total + side, 0)

/**
 * Erdős–Rényi-Kernel (Evci et al. 2020, arXiv 1911.11134): density ε·(Σ dims)/(Π dims) over all four dims of
 * a convolution, so that layers with few entries keep more; layers that would pass 1 are dense.
 */
export const erk: Distribution = (request) => {
  checkDensity(request.density)
  const raw = request.kernels.map(({ shape }) => sum(shape) / sizeOf(shape))
  return answerDensities(
    request,
    scaleToDensity(raw, request.kernels.map(entriesOf), request.density).densities,
  )
}
