import { dilatedSize } from '../../../shared/graph/shapes.ts'
import type { Padding } from '../../../shared/graph/types.ts'
import type { GraphBuilder, Value } from '../../ops/ir.ts'
import { one, reshape } from '../../ops/support/make.ts'
import type { LayerLowering } from './types.ts'

/**
 * [batch, height, width, in] → [batch, height′, width′, filters]. Masked entries of the kernel are exactly
 * 0.
 */
export const lowerConv: LayerLowering<'conv'> = (
  { builder, inputs: [x], parameter },
  { stride, padding, dilation = 1, groups, bias },
) => {
  const kernel = dilated(builder, parameter('kernel'), dilation)
  const image = convolved(builder, 'conv2d', x, kernel, { stride, padding, groups })
  return bias ? one(builder, 'bias-add', [image, parameter('bias')]) : image
}

/** A convolution op with any padding of a layer; `circular` wraps the image and convolves without padding. */
export function convolved(
  builder: GraphBuilder,
  op: 'conv2d' | 'depthwise-conv2d',
  x: Value,
  kernel: Value,
  {
    padding,
    ...attributes
  }: { readonly stride: number; readonly padding: Padding; readonly groups?: number },
): Value {
  if (padding !== 'circular') return one(builder, op, [x, kernel], { ...attributes, padding })
  const [kernelHeight, kernelWidth] = kernel.type.shape
  const amounts = { rows: (kernelHeight - 1) / 2, columns: (kernelWidth - 1) / 2 }
  const wrapped = one(builder, 'circular-pad', [x], amounts)
  return one(builder, op, [wrapped, kernel], { ...attributes, padding: 'valid' })
}

/**
 * A kernel [kh, kw, …] with `dilation` − 1 zeros between neighbouring taps (Yu and Koltun 2016): the
 * convolution with holes is the convolution with it. TensorFlow's own dilated convolutions have no gradient
 * on a CPU.
 */
export function dilated(builder: GraphBuilder, kernel: Value, dilation: number): Value {
  if (dilation === 1) return kernel
  const [height, width, ...rest] = kernel.type.shape
  const apart = reshape(builder, kernel, [height, 1, width, 1, ...rest])
  const holes = [0, 0, 0, dilation - 1, 0, 0, 0, dilation - 1, ...rest.flatMap(() => [0, 0])]
  const spread = one(builder, 'pad', [apart], { paddings: holes, value: 0 })
  const whole = reshape(builder, spread, [height * dilation, width * dilation, ...rest])
  return one(builder, 'slice', [whole], {
    begin: whole.type.shape.map(() => 0),
    size: [dilatedSize(height, dilation), dilatedSize(width, dilation), ...rest],
  })
}
