import type { OpDefinition } from '../ir.ts'
import { one } from '../support/make.ts'
import { expectInputs, listAttribute } from '../support/shapes.ts'
import { expectFloat, slide } from '../support/window.ts'
import { plainWindowAttributes, surroundedShape, unsurround } from '../support/window-graphdef.ts'
import { expectDepthwiseKernel } from './depthwise-conv2d.ts'

/**
 * The adjoint of depthwise-conv2d in its image: (cotangent [batch, oh, ow, channels], kernel [kh, kw,
 * channels, 1]) → image. Attributes: its own, and `inputShape`.
 */
export const depthwiseConv2dInputGradient: OpDefinition = {
  name: 'depthwise-conv2d-input-gradient',
  infer(inputs, attributes) {
    expectInputs(inputs, 2)
    const [cotangent, kernel] = inputs
    const shape = listAttribute(attributes, 'inputShape')
    expectDepthwiseKernel(kernel, shape)
    const { batch, outHeight, outWidth, channels } = slide(
      shape,
      kernel.shape[0],
      kernel.shape[1],
      attributes,
    )
    expectFloat(cotangent, [batch, outHeight, outWidth, channels], 'cotangent')
    return [{ shape, dtype: 'float' }]
  },
  gradient(
    { graph, inputs: [cotangent, kernel], attributes: { inputShape, ...attributes }, needs },
    [direction],
  ) {
    if (direction === null || inputShape === undefined) return [null, null]
    return [
      needs[0] ? one(graph, 'depthwise-conv2d', [direction, kernel], attributes) : null,
      needs[1]
        ? one(graph, 'depthwise-conv2d-filter-gradient', [direction, cotangent], {
            ...attributes,
            kernelShape: kernel.type.shape,
          })
        : null,
    ]
  },
  evaluate([cotangent, kernel], attributes, [type], allocate) {
    const [kh, kw, channels] = kernel.type.shape
    const window = slide(type.shape, kh, kw, attributes)
    const { batch, height, width, stride, top, left, outHeight, outWidth } = window
    const dy = cotangent.data
    const w = kernel.data
    const dx = allocate(type)
    const image = new Float64Array(height * width * channels)
    for (let n = 0, from = 0; n < batch; n++) {
      image.fill(0)
      for (let row = 0; row < outHeight; row++) {
        for (let column = 0; column < outWidth; column++, from += channels) {
          for (let i = 0; i < kh; i++) {
            const toRow = row * stride - top + i
            if (toRow < 0 || toRow >= height) continue
            for (let j = 0; j < kw; j++) {
              const toColumn = column * stride - left + j
              if (toColumn < 0 || toColumn >= width) continue
              const to = (toRow * width + toColumn) * channels
              const place = (i * kw + j) * channels
              for (let c = 0; c < channels; c++) image[to + c] += dy[from + c] * w[place + c]
            }
          }
        }
      }
      dx.set(image, n * image.length)
    }
    return [{ type, data: dx }]
  },
  graphdef(emit, [cotangent, kernel], node) {
    const shape = listAttribute(node.attributes, 'inputShape')
    const [kh, kw] = node.inputs[1].type.shape
    const window = slide(shape, kh, kw, node.attributes)
    const sizes = emit.constant('int', [4], surroundedShape(window))
    const whole = emit.node('DepthwiseConv2dNativeBackpropInput', [sizes, kernel, cotangent], {
      T: { type: emit.floatType },
      dilations: { list: { i: [1, 1, 1, 1] } },
      ...plainWindowAttributes(window),
      explicit_paddings: { list: { i: [] } },
    })
    return [unsurround(emit, whole, window)]
  },
}
