/** What score methods share: asking for the engine, and cutting scores over all kernels at once. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { ParameterSpec } from '../../shared/graph/types.ts'
import type { DensityRequest } from './distribution.ts'
import { checkDensity, entriesOf } from './kernels.ts'
import type { ScoreEngine } from './types.ts'

/** The score engine of a request. Throws BenchError('impossible') without one, naming what works without. */
export function requireScores(request: DensityRequest, method: string, needs: string): ScoreEngine {
  checkDensity(request.density)
  if (request.scores) return request.scores
  throw new BenchError(
    'impossible',
    `${method} needs ${needs}, and none was given. Without: uniform, uniform-skip, er, erk.`,
    'sparsity.distribution',
  )
}

/** An array of a map that must be there. */
export function arrayOf<T>(arrays: ReadonlyMap<string, T>, kernel: ParameterSpec): T {
  const array = arrays.get(kernel.name)
  if (!array) throw new Error(`scores: nothing for ${kernel.name}`)
  return array
}

/** Scores of all kernels in one array, in their order. NaN is an error of the network, said as such. */
export function concatenate(
  kernels: readonly ParameterSpec[],
  fill: (kernel: ParameterSpec, out: Float64Array) => void,
): Float64Array {
  const all = new Float64Array(kernels.reduce((sum, kernel) => sum + entriesOf(kernel), 0))
  let offset = 0
  for (const kernel of kernels) {
    const entries = entriesOf(kernel)
    fill(kernel, all.subarray(offset, offset + entries))
    offset += entries
  }
  for (let k = 0; k < all.length; k++) {
    if (Number.isNaN(all[k])) {
      throw new BenchError(
        'impossible',
        'The scores are not numbers: the network overflows at initialization. ' +
          'Take a smaller gain, another activation or another distribution.',
        'sparsity.distribution',
      )
    }
  }
  return all
}

/** Parts an array over all kernels into masks by kernel. */
export function partMask(kernels: readonly ParameterSpec[], all: Uint8Array): Map<string, Uint8Array> {
  const masks = new Map<string, Uint8Array>()
  let offset = 0
  for (const kernel of kernels) {
    const entries = entriesOf(kernel)
    masks.set(kernel.name, all.slice(offset, offset + entries))
    offset += entries
  }
  return masks
}
