import { answerDensities } from './bernoulli.ts'
import type { Distribution } from './distribution.ts'
import { scaleToDensity } from './erdos-renyi.ts'
import { checkDensity, entriesOf } from './kernels.ts'

/**
 * Erdős–Rényi (Mocanu et al. 2018): as ERK, with (in + out)/(in·out) of the channels alone, whatever the
 * kernel's sides.
 */
export const er: Distribution = (request) => {
  checkDensity(request.density)
  const raw = request.kernels.map(({ shape }) => {
    const [inputs, outputs] = shape.slice(-2)
    return (inputs + outputs) / (inputs * outputs)
  })
  return answerDensities(
    request,
    scaleToDensity(raw, request.kernels.map(entriesOf), request.density).densities,
  )
}
