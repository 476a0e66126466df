import { haarOrthogonal } from '../../linalg/householder.ts'
import { centreOffset } from '../kernel-shape.ts'
import type { DenseInitializer } from './types.ts'

/**
 * Delta-orthogonal (Xiao et al. 2018, arXiv 1806.05393, algorithm 2): zero but for a Haar orthogonal H [in,
 * out] at the spatial centre; ±1 a channel for depthwise kernels. Throws BenchError('impossible') for even
 * kernels.
 */
export const deltaOrthogonal: DenseInitializer = (shape, gain, stream, where) => {
  const values = new Float64Array(shape.entries)
  const offset = centreOffset(shape, where)
  if (shape.depthwise) {
    for (let channel = 0; channel < shape.channels; channel++)
      values[offset + channel] = stream.integer(2) === 0 ? gain : -gain
    return values
  }
  const h = haarOrthogonal(shape.inputs, shape.outputs, stream)
  for (let k = 0; k < h.length; k++) values[offset + k] = gain * h[k]
  return values
}
