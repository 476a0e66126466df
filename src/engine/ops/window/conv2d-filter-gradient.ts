import type { OpDefinition } from '../ir.ts'
import { one } from '../support/make.ts'
import { expectDType, expectInputs, listAttribute, numberAttribute } from '../support/shapes.ts'
import { expectFloat, slide } from '../support/window.ts'
import { windowAttributes } from '../support/window-graphdef.ts'
import { expectKernel } from './conv2d.ts'
import { perGroup } from '../support/conv2d-groups.ts'

/**
 * The adjoint of conv2d in its kernel: (image [batch, height, width, in], cotangent [batch, oh, ow, out]) →
 * kernel. Attributes: conv2d's, and `kernelShape` [kh, kw, in/groups, out].
 */
export const conv2dFilterGradient: OpDefinition = {
  name: 'conv2d-filter-gradient',
  infer(inputs, attributes) {
    expectInputs(inputs, 2)
    const [image, cotangent] = inputs
    expectDType(image, 'float')
    const kernel = { shape: listAttribute(attributes, 'kernelShape'), dtype: 'float' } as const
    expectKernel(kernel, image.shape, numberAttribute(attributes, 'groups', 1))
    const { batch, outHeight, outWidth } = slide(image.shape, kernel.shape[0], kernel.shape[1], attributes)
    expectFloat(cotangent, [batch, outHeight, outWidth, kernel.shape[3]], 'cotangent')
    return [kernel]
  },
  gradient(
    { graph, inputs: [image, cotangent], attributes: { kernelShape, ...attributes }, needs },
    [direction],
  ) {
    if (direction === null || kernelShape === undefined) return [null, null]
    return [
      needs[0]
        ? one(graph, 'conv2d-input-gradient', [cotangent, direction], {
            ...attributes,
            inputShape: image.type.shape,
          })
        : null,
      needs[1] ? one(graph, 'conv2d', [image, direction], attributes) : null,
    ]
  },
  evaluate([image, cotangent], attributes, [type], allocate) {
    const [kh, kw, perGroupIn, filters] = type.shape
    const window = slide(image.type.shape, kh, kw, attributes)
    const { batch, height, width, channels, stride, top, left, outHeight, outWidth } = window
    const groups = numberAttribute(attributes, 'groups', 1)
    const perGroupOut = filters / groups
    const x = image.data
    const dy = cotangent.data
    const dw = allocate(type)
    // One place of the kernel at a time: its [in/groups, out] sums stay in the nearest cache.
    const sums = new Float64Array(perGroupIn * filters)
    for (let place = 0; place < kh * kw; place++) {
      const i = Math.floor(place / kw)
      const j = place % kw
      sums.fill(0)
      for (let n = 0; n < batch; n++) {
        for (let row = 0; row < outHeight; row++) {
          const fromRow = row * stride - top + i
          if (fromRow < 0 || fromRow >= height) continue
          const line = (n * height + fromRow) * width
          const lineOut = (n * outHeight + row) * outWidth
          // Columns whose place lies inside the image, four at a time: one load and store of a sum for four
          // products.
          let column = Math.max(Math.ceil((left - j) / stride), 0)
          const end = Math.min(Math.floor((width - 1 + left - j) / stride) + 1, outWidth)
          while (column < end) {
            const count = column + 4 <= end ? 4 : 1
            const from = (line + column * stride - left + j) * channels
            const at = (lineOut + column) * filters
            for (let group = 0; group < groups; group++) {
              const first = group * perGroupOut
              const xAt = from + group * perGroupIn
              if (count === 4)
                outer4(
                  sums,
                  first,
                  filters,
                  x,
                  xAt,
                  stride * channels,
                  perGroupIn,
                  dy,
                  at + first,
                  perGroupOut,
                )
              else outer(sums, first, filters, x, xAt, perGroupIn, dy, at + first, perGroupOut)
            }
            column += count
          }
        }
      }
      dw.set(sums, place * sums.length)
    }
    return [{ type, data: dw }]
  },
  graphdef(emit, inputs, node) {
    const shape = listAttribute(node.attributes, 'kernelShape')
    const groups = numberAttribute(node.attributes, 'groups', 1)
    const sizes = emit.constant('int', [4], [...shape.slice(0, 3), shape[3] / groups])
    const attributes = {
      T: { type: emit.floatType },
      use_cudnn_on_gpu: { b: true },
      dilations: { list: { i: [1, 1, 1, 1] } },
      ...windowAttributes(slide(node.inputs[0].type.shape, shape[0], shape[1], node.attributes)),
    }
    return [
      perGroup(emit, groups, inputs, [3, 3], 3, ([image, cotangent]) =>
        emit.node('Conv2DBackpropFilter', [image, sizes, cotangent], attributes),
      ),
    ]
  },
}

/** sums[to + c·filters + k] += x[from + c]·dy[at + k]. */
function outer(
  sums: Float64Array,
  to: number,
  filters: number,
  x: ArrayLike<number>,
  from: number,
  channels: number,
  dy: ArrayLike<number>,
  at: number,
  count: number,
): void {
  for (let c = 0, row = to; c < channels; c++, row += filters) {
    const value = x[from + c]
    for (let k = 0; k < count; k++) sums[row + k] += value * dy[at + k]
  }
}

/** `outer` for four places: x in steps of `step`, dy in steps of `filters`. */
function outer4(
  sums: Float64Array,
  to: number,
  filters: number,
  x: ArrayLike<number>,
  from: number,
  step: number,
  channels: number,
  dy: ArrayLike<number>,
  at: number,
  count: number,
): void {
  const at1 = at + filters
  const at2 = at1 + filters
  const at3 = at2 + filters
  for (let c = 0, row = to; c < channels; c++, row += filters) {
    const x0 = x[from + c]
    const x1 = x[from + step + c]
    const x2 = x[from + 2 * step + c]
    const x3 = x[from + 3 * step + c]
    for (let k = 0; k < count; k++) {
      sums[row + k] += x0 * dy[at + k] + x1 * dy[at1 + k] + x2 * dy[at2 + k] + x3 * dy[at3 + k]
    }
  }
}
