import { shapeOf } from './kernel-shape.ts'
import { randomMask } from './masks.ts'
import type { MakeKernel } from './types.ts'

/**
 * Fan-in rescaled, "sparse Kaiming" (Evci et al. 2022, arXiv 2010.03533): each kept weight uniform on
 * ±σ_w/√f, with f the number of kept weights that feed the same output unit. The mask is as in Base.
 */
export const fanIn: MakeKernel = ({ parameter, settings, stream, density, mask: given }) => {
  const shape = shapeOf(parameter)
  const mask = given ?? randomMask(shape.entries, Math.round(density * shape.entries), stream.split('mask'))
  // The output unit is the last axis, or the channel of a depthwise kernel: the fastest axis in both layouts.
  const units = shape.depthwise ? shape.channels : shape.outputs
  const fan = new Int32Array(units)
  for (let k = 0; k < mask.length; k++) fan[k % units] += mask[k]
  const values = new Float64Array(shape.entries)
  const draws = stream.split('values')
  for (let k = 0; k < mask.length; k++) {
    if (mask[k] === 1) values[k] = (settings.gain * (2 * draws.uniform() - 1)) / Math.sqrt(fan[k % units])
  }
  return { values, mask, notes: [] }
}
