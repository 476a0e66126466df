import type { OpDefinition } from '../ir.ts'
import { one } from '../support/make.ts'
import { expectInputs, listAttribute, numberAttribute } from '../support/shapes.ts'
import { expectFloat, slide } from '../support/window.ts'
import { windowAttributes } from '../support/window-graphdef.ts'
import { expectKernel } from './conv2d.ts'
import { perGroup } from '../support/conv2d-groups.ts'

/**
 * The adjoint of conv2d in its image: (cotangent [batch, oh, ow, out], kernel [kh, kw, in/groups, out]) →
 * image. Attributes: conv2d's, and `inputShape`, the image's shape, which the stride leaves open.
 */
export const conv2dInputGradient: OpDefinition = {
  name: 'conv2d-input-gradient',
  infer(inputs, attributes) {
    expectInputs(inputs, 2)
    const [cotangent, kernel] = inputs
    const shape = listAttribute(attributes, 'inputShape')
    expectKernel(kernel, shape, numberAttribute(attributes, 'groups', 1))
    const { batch, outHeight, outWidth } = slide(shape, kernel.shape[0], kernel.shape[1], attributes)
    expectFloat(cotangent, [batch, outHeight, outWidth, kernel.shape[3]], 'cotangent')
    return [{ shape, dtype: 'float' }]
  },
  gradient(
    { graph, inputs: [cotangent, kernel], attributes: { inputShape, ...attributes }, needs },
    [direction],
  ) {
    if (direction === null || inputShape === undefined) return [null, null]
    return [
      needs[0] ? one(graph, 'conv2d', [direction, kernel], attributes) : null,
      needs[1]
        ? one(graph, 'conv2d-filter-gradient', [direction, cotangent], {
            ...attributes,
            kernelShape: kernel.type.shape,
          })
        : null,
    ]
  },
  evaluate([cotangent, kernel], attributes, [type], allocate) {
    const [kh, kw, perGroupIn, filters] = kernel.type.shape
    const window = slide(type.shape, kh, kw, attributes)
    const { batch, height, width, channels, stride, top, left, outHeight, outWidth } = window
    const groups = numberAttribute(attributes, 'groups', 1)
    const perGroupOut = filters / groups
    const dy = cotangent.data
    const w = kernel.data
    const dx = allocate(type)
    const image = new Float64Array(height * width * channels)
    for (let n = 0, from = 0; n < batch; n++) {
      image.fill(0)
      for (let row = 0; row < outHeight; row++) {
        for (let column = 0; column < outWidth; column++, from += filters) {
          for (let i = 0; i < kh; i++) {
            const toRow = row * stride - top + i
            if (toRow < 0 || toRow >= height) continue
            for (let j = 0; j < kw; j++) {
              const toColumn = column * stride - left + j
              if (toColumn < 0 || toColumn >= width) continue
              const to = (toRow * width + toColumn) * channels
              const place = (i * kw + j) * perGroupIn * filters
              for (let group = 0; group < groups; group++) {
                const first = group * perGroupOut
                spread(
                  image,
                  to + group * perGroupIn,
                  perGroupIn,
                  dy,
                  from + first,
                  perGroupOut,
                  w,
                  place + first,
                  filters,
                )
              }
            }
          }
        }
      }
      dx.set(image, n * image.length)
    }
    return [{ type, data: dx }]
  },
  graphdef(emit, inputs, node) {
    const shape = listAttribute(node.attributes, 'inputShape')
    const kernel = node.inputs[1].type.shape
    const groups = numberAttribute(node.attributes, 'groups', 1)
    const sizes = emit.constant('int', [4], [...shape.slice(0, 3), shape[3] / groups])
    const attributes = {
      T: { type: emit.floatType },
      use_cudnn_on_gpu: { b: true },
      dilations: { list: { i: [1, 1, 1, 1] } },
      ...windowAttributes(slide(shape, kernel[0], kernel[1], node.attributes)),
    }
    return [
      perGroup(emit, groups, inputs, [3, 3], 3, ([cotangent, part]) =>
        emit.node('Conv2DBackpropInput', [sizes, part, cotangent], attributes),
      ),
    ]
  },
}

/** image[to + c] += Σ_k dy[from + k]·w[place + c·filters + k], four channels at a time. */
function spread(
  image: Float64Array,
  to: number,
  channels: number,
  dy: ArrayLike<number>,
  from: number,
  count: number,
  w: ArrayLike<number>,
  place: number,
  filters: number,
): void {
  let c = 0
  let row0 = place
  for (; c + 4 <= channels; c += 4, row0 += 4 * filters) {
    const row1 = row0 + filters
    const row2 = row1 + filters
    const row3 = row2 + filters
    let sum0 = 0
    let sum1 = 0
    let sum2 = 0
    let sum3 = 0
    for (let k = 0; k < count; k++) {
      const g = dy[from + k]
      sum0 += g * w[row0 + k]
      sum1 += g * w[row1 + k]
      sum2 += g * w[row2 + k]
      sum3 += g * w[row3 + k]
    }
    image[to + c] += sum0
    image[to + c + 1] += sum1
    image[to + c + 2] += sum2
    image[to + c + 3] += sum3
  }
  for (; c < channels; c++, row0 += filters) {
    let sum = 0
    for (let k = 0; k < count; k++) sum += dy[from + k] * w[row0 + k]
    image[to + c] += sum
  }
}
