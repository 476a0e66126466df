/** Connection sensitivity at a masked network, which iterative SNIP and FORCE rank by. */
import type { ParameterSpec } from '../../shared/graph/types.ts'
import { masked } from './iterative.ts'
import { arrayOf, concatenate } from './scores.ts'
import type { ScoreEngine } from './types.ts'

/**
 * |w·g| of every entry, masked or not: w the initial values, g the gradient of the cross entropy at the
 * masked ones (de Jorge et al. 2021, arXiv 2006.09081, equation 6).
 */
export async function sensitivityAt(
  engine: ScoreEngine,
  kernels: readonly ParameterSpec[],
  mask: Uint8Array,
): Promise<Float64Array> {
  const gradients = await engine.gradients('cross-entropy', 1, masked(kernels, engine.values, mask))
  return concatenate(kernels, (kernel, out) => {
    const values = arrayOf(engine.values, kernel)
    const gradient = arrayOf(gradients, kernel)
    for (let k = 0; k < out.length; k++) out[k] = Math.abs(values[k] * gradient[k])
  })
}
