import type { OpDefinition, TensorType } from '../ir.ts'
import { one } from '../support/make.ts'
import { expectDType, expectInputs, numberAttribute } from '../support/shapes.ts'
import { slide } from '../support/window.ts'
import { windowAttributes } from '../support/window-graphdef.ts'
import { perGroup } from '../support/conv2d-groups.ts'

/**
 * Cross-correlation of images [batch, height, width, in] with a kernel [kh, kw, in/groups, out]. Attributes:
 * `stride`, `padding` (same, valid, or zeros on every side), `groups`. Bilinear, so that its two gradients
 * and itself are each other's gradients.
 */
export const conv2d: OpDefinition = {
  name: 'conv2d',
  infer(inputs, attributes) {
    expectInputs(inputs, 2)
    const [image, kernel] = inputs
    expectDType(image, 'float')
    expectKernel(kernel, image.shape, numberAttribute(attributes, 'groups', 1))
    const { batch, outHeight, outWidth } = slide(image.shape, kernel.shape[0], kernel.shape[1], attributes)
    return [{ shape: [batch, outHeight, outWidth, kernel.shape[3]], dtype: 'float' }]
  },
  gradient({ graph, inputs: [image, kernel], attributes, needs }, [cotangent]) {
    if (cotangent === null) return [null, null]
    return [
      needs[0]
        ? one(graph, 'conv2d-input-gradient', [cotangent, kernel], {
            ...attributes,
            inputShape: image.type.shape,
          })
        : null,
      needs[1]
        ? one(graph, 'conv2d-filter-gradient', [image, cotangent], {
            ...attributes,
            kernelShape: kernel.type.shape,
          })
        : null,
    ]
  },
  evaluate([image, kernel], attributes, [type], allocate) {
    const [kh, kw, perGroupIn, filters] = kernel.type.shape
    const window = slide(image.type.shape, kh, kw, attributes)
    const { batch, height, width, channels, stride, top, left, outHeight, outWidth } = window
    const groups = numberAttribute(attributes, 'groups', 1)
    const perGroupOut = filters / groups
    const x = image.data
    const w = kernel.data
    const y = allocate(type)
    const sums = new Float64Array(filters)
    for (let n = 0, to = 0; n < batch; n++) {
      for (let row = 0; row < outHeight; row++) {
        for (let column = 0; column < outWidth; column++, to += filters) {
          sums.fill(0)
          for (let i = 0; i < kh; i++) {
            const fromRow = row * stride - top + i
            if (fromRow < 0 || fromRow >= height) continue
            for (let j = 0; j < kw; j++) {
              const fromColumn = column * stride - left + j
              if (fromColumn < 0 || fromColumn >= width) continue
              const from = ((n * height + fromRow) * width + fromColumn) * channels
              const place = (i * kw + j) * perGroupIn * filters
              for (let group = 0; group < groups; group++) {
                const first = group * perGroupOut
                accumulate(
                  sums,
                  first,
                  first + perGroupOut,
                  x,
                  from + group * perGroupIn,
                  perGroupIn,
                  w,
                  place,
                  filters,
                )
              }
            }
          }
          for (let k = 0; k < filters; k++) y[to + k] = sums[k]
        }
      }
    }
    return [{ type, data: y }]
  },
  graphdef(emit, inputs, node) {
    const [image, kernel] = node.inputs.map((value) => value.type.shape)
    const attributes = {
      T: { type: emit.floatType },
      use_cudnn_on_gpu: { b: true },
      dilations: { list: { i: [1, 1, 1, 1] } },
      ...windowAttributes(slide(image, kernel[0], kernel[1], node.attributes)),
    }
    const groups = numberAttribute(node.attributes, 'groups', 1)
    return [perGroup(emit, groups, inputs, [3, 3], 3, (parts) => emit.node('Conv2D', parts, attributes))]
  },
}

/**
 * sums[k] += Σ_c x[from + c]·w[place + c·filters + k] for k from `first` to `last`, four channels at a
 * time: one load and one store of a sum for four products.
 */
function accumulate(
  sums: Float64Array,
  first: number,
  last: number,
  x: ArrayLike<number>,
  from: number,
  count: number,
  w: ArrayLike<number>,
  place: number,
  filters: number,
): void {
  let c = 0
  let row0 = place
  for (; c + 4 <= count; c += 4, row0 += 4 * filters) {
    const row1 = row0 + filters
    const row2 = row1 + filters
    const row3 = row2 + filters
    const x0 = x[from + c]
    const x1 = x[from + c + 1]
    const x2 = x[from + c + 2]
    const x3 = x[from + c + 3]
    for (let k = first; k < last; k++) {
      sums[k] += x0 * w[row0 + k] + x1 * w[row1 + k] + x2 * w[row2 + k] + x3 * w[row3 + k]
    }
  }
  for (; c < count; c++, row0 += filters) {
    const x0 = x[from + c]
    for (let k = first; k < last; k++) sums[k] += x0 * w[row0 + k]
  }
}

/** Throws unless `kernel` is float [kh, kw, in/groups, out] for that image, with groups that divide both. */
export function expectKernel(kernel: TensorType, image: readonly number[], groups: number): void {
  expectDType(kernel, 'float')
  if (!Number.isInteger(groups) || groups < 1)
    throw new Error(`attribute groups: expected 1, 2, …, got ${groups}`)
  const { shape } = kernel
  if (shape.length !== 4 || shape[2] * groups !== image[3] || shape[3] % groups !== 0) {
    throw new Error(
      `kernel [${shape}] does not fit [${image}] in ${groups} groups: expected [kh, kw, in/groups, out]`,
    )
  }
}
