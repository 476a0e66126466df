import type { Attributes, GraphDefAttribute, GraphDefEmitter, OpDefinition } from '../ir.ts'
import { one } from '../support/make.ts'
import { expectDType, expectInputs, numberAttribute } from '../support/shapes.ts'
import { slide } from '../support/window.ts'
import { windowAttributes } from '../support/window-graphdef.ts'
import type { Window } from '../support/window.ts'

/**
 * Largest entry of each window of an image [batch, height, width, channels], channel by channel; places
 * outside the image do not count. Attributes: `size`, `stride`, `padding`.
 */
export const maxPool: OpDefinition = {
  name: 'max-pool',
  infer(inputs, attributes) {
    expectInputs(inputs, 1)
    expectDType(inputs[0], 'float')
    const { batch, outHeight, outWidth, channels } = poolWindow(inputs[0].shape, attributes)
    return [{ shape: [batch, outHeight, outWidth, channels], dtype: 'float' }]
  },
  gradient: ({ graph, inputs: [x], outputs: [y], attributes }, [cotangent]) => [
    cotangent && one(graph, 'max-pool-gradient', [x, y, cotangent], attributes),
  ],
  evaluate([x], attributes, [type], allocate) {
    const from = largestPlaces(x.data, poolWindow(x.type.shape, attributes))
    const data = allocate(type)
    for (let i = 0; i < data.length; i++) data[i] = x.data[from[i]]
    return [{ type, data }]
  },
  graphdef: (emit, inputs, node) => [
    emit.node(
      'MaxPool',
      inputs,
      poolAttributes(emit, poolWindow(node.inputs[0].type.shape, node.attributes)),
    ),
  ],
}

/** The windows of a pooling op. Throws where a window could lie wholly outside the image. */
export function poolWindow(image: readonly number[], attributes: Attributes): Window {
  const size = numberAttribute(attributes, 'size')
  if (!Number.isInteger(size) || size < 1) throw new Error(`attribute size: expected 1, 2, …, got ${size}`)
  const window = slide(image, size, size, attributes)
  if (typeof window.padding === 'number' && 2 * window.padding > size) {
    throw new Error(`attribute padding: at most half of the window's ${size}, got ${window.padding}`)
  }
  if (typeof window.padding === 'object') {
    const { top, left, height, width, stride, outHeight, outWidth } = window
    const outside =
      Math.max(top, left) >= size ||
      (outHeight - 1) * stride - top >= height ||
      (outWidth - 1) * stride - left >= width
    if (outside) throw new Error(`attribute padding: [${window.padding}] leaves a window outside the image`)
  }
  return window
}

/** TensorFlow's attributes of a pooling op. */
export function poolAttributes(emit: GraphDefEmitter, window: Window): Record<string, GraphDefAttribute> {
  return {
    T: { type: emit.floatType },
    ksize: { list: { i: [1, window.kernelHeight, window.kernelWidth, 1] } },
    ...windowAttributes(window),
  }
}

/**
 * For each entry of the pooled image the flat index of the largest entry; the first of equals, the first
 * NaN.
 */
export function largestPlaces(x: ArrayLike<number>, window: Window): Int32Array {
  const { batch, height, width, channels, stride, top, left, outHeight, outWidth } = window
  const places = new Int32Array(batch * outHeight * outWidth * channels)
  for (let n = 0, to = 0; n < batch; n++) {
    for (let row = 0; row < outHeight; row++) {
      const firstRow = Math.max(row * stride - top, 0)
      const lastRow = Math.min(row * stride - top + window.kernelHeight, height)
      for (let column = 0; column < outWidth; column++) {
        const firstColumn = Math.max(column * stride - left, 0)
        const lastColumn = Math.min(column * stride - left + window.kernelWidth, width)
        for (let c = 0; c < channels; c++, to++) {
          let best = ((n * height + firstRow) * width + firstColumn) * channels + c
          for (let i = firstRow; i < lastRow; i++) {
            for (let j = firstColumn; j < lastColumn; j++) {
              const at = ((n * height + i) * width + j) * channels + c
              if (x[at] > x[best] || (Number.isNaN(x[at]) && !Number.isNaN(x[best]))) best = at
            }
          }
          places[to] = best
        }
      }
    }
  }
  return places
}
