import { one } from '../../ops/support/make.ts'
import { convolved, dilated } from './conv.ts'
import type { LayerLowering } from './types.ts'

/**
 * Each channel with a kernel of its own: [batch, height, width, channels] → [batch, height′, width′,
 * channels].
 */
export const lowerDepthwiseConv: LayerLowering<'depthwise-conv'> = (
  { builder, inputs: [x], parameter },
  { stride, padding, dilation = 1, bias },
) => {
  const kernel = dilated(builder, parameter('kernel'), dilation)
  const image = convolved(builder, 'depthwise-conv2d', x, kernel, { stride, padding })
  return bias ? one(builder, 'bias-add', [image, parameter('bias')]) : image
}
