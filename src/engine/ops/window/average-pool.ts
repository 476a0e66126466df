import type { GraphDefAttribute, GraphDefEmitter, OpDefinition } from '../ir.ts'
import { one } from '../support/make.ts'
import { expectDType, expectInputs } from '../support/shapes.ts'
import { poolWindow } from './max-pool.ts'
import type { Window } from '../support/window.ts'
import { padded } from '../support/window-graphdef.ts'

/**
 * Mean of each window of an image [batch, height, width, channels]. Attributes: `size`, `stride`,
 * `padding`. With `same` the places outside do not count (TensorFlow's); with a number they are zeros that
 * count (PyTorch's).
 */
export const averagePool: OpDefinition = {
  name: 'average-pool',
  infer(inputs, attributes) {
    expectInputs(inputs, 1)
    expectDType(inputs[0], 'float')
    const { batch, outHeight, outWidth, channels } = poolWindow(inputs[0].shape, attributes)
    return [{ shape: [batch, outHeight, outWidth, channels], dtype: 'float' }]
  },
  gradient: ({ graph, inputs: [x], attributes }, [cotangent]) => [
    cotangent &&
      one(graph, 'average-pool-gradient', [cotangent], { ...attributes, inputShape: x.type.shape }),
  ],
  evaluate([x], attributes, [type], allocate) {
    const data = allocate(type)
    const sums = new Float64Array(data.length)
    eachPlace(poolWindow(x.type.shape, attributes), (from, to, channels, weight) => {
      for (let c = 0; c < channels; c++) sums[to + c] += x.data[from + c] * weight
    })
    data.set(sums)
    return [{ type, data }]
  },
  graphdef(emit, [input], node) {
    const window = poolWindow(node.inputs[0].type.shape, node.attributes)
    const image = zerosCount(window) ? padded(emit, input, window, 0) : input
    return [emit.node('AvgPool', [image], averagePoolAttributes(emit, window))]
  },
}

/** True where there is padding that counts as zeros, which TensorFlow's SAME does not do. */
export function zerosCount({ padding, top, bottom, left, right }: Window): boolean {
  return padding !== 'same' && top + bottom + left + right > 0
}

/** TensorFlow's attributes of AvgPool and AvgPoolGrad, which know no EXPLICIT padding. */
export function averagePoolAttributes(
  emit: GraphDefEmitter,
  window: Window,
): Record<string, GraphDefAttribute> {
  return {
    T: { type: emit.floatType },
    ksize: { list: { i: [1, window.kernelHeight, window.kernelWidth, 1] } },
    strides: { list: { i: [1, window.stride, window.stride, 1] } },
    padding: { s: window.padding === 'same' ? 'SAME' : 'VALID' },
    data_format: { s: 'NHWC' },
  }
}

/**
 * Visits all pairs (entry of the image, entry of the pooled image) whose window covers it, with its weight
 * in the mean.
 */
export function eachPlace(
  window: Window,
  visit: (imageAt: number, pooledAt: number, channels: number, weight: number) => void,
): void {
  const { batch, height, width, channels, stride, top, left, outHeight, outWidth } = window
  for (let n = 0, to = 0; n < batch; n++) {
    for (let row = 0; row < outHeight; row++) {
      const firstRow = Math.max(row * stride - top, 0)
      const lastRow = Math.min(row * stride - top + window.kernelHeight, height)
      for (let column = 0; column < outWidth; column++, to += channels) {
        const firstColumn = Math.max(column * stride - left, 0)
        const lastColumn = Math.min(column * stride - left + window.kernelWidth, width)
        const inside = (lastRow - firstRow) * (lastColumn - firstColumn)
        const weight = 1 / (window.padding === 'same' ? inside : window.kernelHeight * window.kernelWidth)
        for (let i = firstRow; i < lastRow; i++) {
          for (let j = firstColumn; j < lastColumn; j++) {
            visit(((n * height + i) * width + j) * channels, to, channels, weight)
          }
        }
      }
    }
  }
}
