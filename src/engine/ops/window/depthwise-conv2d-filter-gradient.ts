import type { OpDefinition } from '../ir.ts'
import { one } from '../support/make.ts'
import { expectDType, expectInputs, listAttribute } from '../support/shapes.ts'
import { expectFloat, slide } from '../support/window.ts'
import { plainWindowAttributes, surround } from '../support/window-graphdef.ts'
import { expectDepthwiseKernel } from './depthwise-conv2d.ts'

/**
 * The adjoint of depthwise-conv2d in its kernel: (image [batch, height, width, channels], cotangent
 * [batch, oh, ow, channels]) → kernel. Attributes: its own, and `kernelShape` [kh, kw, channels, 1].
 */
export const depthwiseConv2dFilterGradient: OpDefinition = {
  name: 'depthwise-conv2d-filter-gradient',
  infer(inputs, attributes) {
    expectInputs(inputs, 2)
    const [image, cotangent] = inputs
    expectDType(image, 'float')
    const kernel = { shape: listAttribute(attributes, 'kernelShape'), dtype: 'float' } as const
    expectDepthwiseKernel(kernel, image.shape)
    const { batch, outHeight, outWidth, channels } = slide(
      image.shape,
      kernel.shape[0],
      kernel.shape[1],
      attributes,
    )
    expectFloat(cotangent, [batch, outHeight, outWidth, channels], 'cotangent')
    return [kernel]
  },
  gradient(
    { graph, inputs: [image, cotangent], attributes: { kernelShape, ...attributes }, needs },
    [direction],
  ) {
    if (direction === null || kernelShape === undefined) return [null, null]
    return [
      needs[0]
        ? one(graph, 'depthwise-conv2d-input-gradient', [cotangent, direction], {
            ...attributes,
            inputShape: image.type.shape,
          })
        : null,
      needs[1] ? one(graph, 'depthwise-conv2d', [image, direction], attributes) : null,
    ]
  },
  evaluate([image, cotangent], attributes, [type], allocate) {
    const [kh, kw, channels] = type.shape
    const window = slide(image.type.shape, kh, kw, attributes)
    const { batch, height, width, stride, top, left, outHeight, outWidth } = window
    const x = image.data
    const dy = cotangent.data
    const dw = allocate(type)
    const sums = new Float64Array(kh * kw * channels)
    for (let n = 0, at = 0; n < batch; n++) {
      for (let row = 0; row < outHeight; row++) {
        for (let column = 0; column < outWidth; column++, at += channels) {
          for (let i = 0; i < kh; i++) {
            const fromRow = row * stride - top + i
            if (fromRow < 0 || fromRow >= height) continue
            for (let j = 0; j < kw; j++) {
              const fromColumn = column * stride - left + j
              if (fromColumn < 0 || fromColumn >= width) continue
              const from = ((n * height + fromRow) * width + fromColumn) * channels
              const place = (i * kw + j) * channels
              for (let c = 0; c < channels; c++) sums[place + c] += x[from + c] * dy[at + c]
            }
          }
        }
      }
    }
    dw.set(sums)
    return [{ type, data: dw }]
  },
  graphdef(emit, [image, cotangent], node) {
    const shape = listAttribute(node.attributes, 'kernelShape')
    const window = slide(node.inputs[0].type.shape, shape[0], shape[1], node.attributes)
    const sizes = emit.constant('int', [4], shape)
    return [
      emit.node('DepthwiseConv2dNativeBackpropFilter', [surround(emit, image, window), sizes, cotangent], {
        T: { type: emit.floatType },
        dilations: { list: { i: [1, 1, 1, 1] } },
        ...plainWindowAttributes(window),
        explicit_paddings: { list: { i: [] } },
      }),
    ]
  },
}
