import { computedDensities } from './bernoulli.ts'
import type { Distribution } from './distribution.ts'
import { checkDensity } from './kernels.ts'

/** The same density in every maskable kernel. */
export const uniform: Distribution = (request) => {
  checkDensity(request.density)
  return computedDensities(
    request,
    request.kernels.map(() => request.density),
  )
}
