import { haarOrthogonal } from '../../linalg/householder.ts'
import type { Stream } from '../../rng.ts'
import type { DenseInitializer } from './types.ts'

function scale(values: Float64Array, gain: number): Float64Array {
  if (gain !== 1) for (let k = 0; k < values.length; k++) values[k] *= gain
  return values
}

/**
 * One unit filter a channel, uniformly directed: each channel of a depthwise kernel is a matrix of its own.
 */
function unitFilters(taps: number, channels: number, stream: Stream): Float64Array {
  const values = new Float64Array(taps * channels)
  for (let channel = 0; channel < channels; channel++) {
    let square = 0
    for (let tap = 0; tap < taps; tap++) {
      const draw = stream.normal()
      values[tap * channels + channel] = draw
      square += draw * draw
    }
    const inverse = 1 / Math.sqrt(square)
    for (let tap = 0; tap < taps; tap++) values[tap * channels + channel] *= inverse
  }
  return values
}

/**
 * Haar orthogonal (Saxe et al. 2014), times the gain. A conv kernel is taken flattened, [kh·kw·in, out], as
 * is usual; this makes its flattened Gram matrix the identity, not the convolution an isometry (see
 * conv-orthogonal).
 */
export const orthogonal: DenseInitializer = (shape, gain, stream) =>
  scale(
    shape.depthwise
      ? unitFilters(shape.height * shape.width, shape.channels, stream)
      : haarOrthogonal(shape.fanIn, shape.outputs, stream),
    gain,
  )
