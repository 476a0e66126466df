import type { Padding } from '../../../shared/graph/types.ts'
import type { GraphBuilder, Value } from '../../ops/ir.ts'
import { one } from '../../ops/support/make.ts'
import type { LayerLowering } from './types.ts'

/**
 * [batch, height, width, in] → [batch, height′, width′, filters]. Masked entries of the kernel are exactly
 * 0.
 */
export const lowerConv: LayerLowering<'conv'> = (
  { builder, inputs: [x], parameter },
  { stride, padding, groups, bias },
) => {
  const image = convolved(builder, 'conv2d', x, parameter('kernel'), { stride, padding, groups })
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
