/**
 * Sanity rows: what is left of a method when its choice of positions, or of values, is made at random
 * (Frankle et al. 2020, arXiv 2009.08576; Su et al. 2020, arXiv 2009.11094).
 */
import { sizeOf } from '../../shared/graph/shapes.ts'
import type { Stream } from '../rng.ts'
import { countOnes, randomMask } from './masks.ts'
import type { InitialKernel, InitializationRequest } from './types.ts'

/** Places 0 … count − 1 in random order (Fisher–Yates). */
function shuffledPlaces(count: number, stream: Stream): Uint32Array {
  const places = Uint32Array.from({ length: count }, (_, k) => k)
  for (let k = count - 1; k > 0; k--) {
    const other = stream.integer(k + 1)
    const place = places[k]
    places[k] = places[other]
    places[other] = place
  }
  return places
}

/**
 * The request of a scheme that takes its positions from the distribution: `shuffled` gives as many random
 * positions of the layer, `redrawn` the same positions and values of other draws.
 */
export function checkedRequest(request: InitializationRequest): InitializationRequest {
  const { settings, mask, density, stream, parameter } = request
  if (settings.sanity === 'none') return request
  const entries = sizeOf(parameter.shape)
  if (settings.sanity === 'shuffled') {
    if (!mask) return request
    return { ...request, mask: randomMask(entries, countOnes(mask), stream.split('shuffled')) }
  }
  const positions = mask ?? randomMask(entries, Math.round(density * entries), stream.split('mask'))
  return { ...request, mask: positions, stream: stream.split('redrawn') }
}

/**
 * The kernel of a scheme that makes positions and values together: `shuffled` moves both to random places of
 * the layer, which keeps density and variance and loses orthogonality; `redrawn` keeps the positions and
 * draws the kept values from a normal distribution of the kernel's mean square.
 */
export function checkedKernel(
  kernel: InitialKernel,
  { settings, stream }: InitializationRequest,
): InitialKernel {
  const { values, mask } = kernel
  if (settings.sanity === 'none') return kernel
  if (settings.sanity === 'shuffled') {
    const places = shuffledPlaces(mask.length, stream.split('shuffled'))
    return {
      ...kernel,
      values: values.map((_, k) => values[places[k]]),
      mask: mask.map((_, k) => mask[places[k]]),
    }
  }
  const square = values.reduce((sum, value) => sum + value * value, 0)
  const deviation = Math.sqrt(square / Math.max(1, countOnes(mask)))
  const draws = stream.split('redrawn')
  return { ...kernel, values: values.map((_, k) => (mask[k] === 1 ? deviation * draws.normal() : 0)) }
}
