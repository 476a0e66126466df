import type { FAN_IN_SCALES } from '../../shared/methods/schemes/fan-in.ts'
import { kernelShapeOf } from './kernel-shape.ts'
import { randomMask } from './masks.ts'
import type { MakeKernel } from './types.ts'

/** Variance of a weight times the fan-in of its unit, over σ_w². */
const SCALES: Readonly<Record<(typeof FAN_IN_SCALES)[number], number>> = { lecun: 1, he: 2, published: 1 / 3 }

/**
 * Fan-in rescaled, "sparse Kaiming" (Evci et al. 2022, arXiv 2010.03533): each kept weight uniform on
 * ±σ_w·√(3·scale/f), with f the number of kept weights that feed the same output unit, so that its variance
 * times f is scale·σ_w². The mask is as in Base. Scale 1/3 gives ±σ_w/√f; the variant published is ±1/√f
 * whatever σ_w, as in the EOI paper's code.
 */
export const fanIn: MakeKernel = ({ parameter, settings, stream, density, mask: given, variant }) => {
  const shape = kernelShapeOf(parameter)
  const mask = given ?? randomMask(shape.entries, Math.round(density * shape.entries), stream.split('mask'))
  // The output unit is the last axis, or the channel of a depthwise kernel: the fastest axis in both layouts.
  const units = shape.depthwise ? shape.channels : shape.outputs
  const fan = new Int32Array(units)
  for (let k = 0; k < mask.length; k++) fan[k % units] += mask[k]
  const scale =
    variant === 'published' || variant === 'published-earlier'
      ? SCALES.published
      : SCALES[settings.fanInScale]
  const limit = settings.gain * Math.sqrt(3 * scale)
  const values = new Float64Array(shape.entries)
  const draws = stream.split('values')
  for (let k = 0; k < mask.length; k++) {
    if (mask[k] === 1) values[k] = (limit * (2 * draws.uniform() - 1)) / Math.sqrt(fan[k % units])
  }
  return { values, mask, notes: [] }
}
