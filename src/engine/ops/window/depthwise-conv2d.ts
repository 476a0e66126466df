import type { OpDefinition, TensorType } from '../ir.ts'
import { one } from '../support/make.ts'
import { expectDType, expectInputs } from '../support/shapes.ts'
import { slide } from '../support/window.ts'
import { plainWindowAttributes, surround } from '../support/window-graphdef.ts'

/**
 * Cross-correlation channel by channel: images [batch, height, width, channels] with a kernel [kh, kw,
 * channels, 1]. Attributes `stride` and `padding` as in conv2d. Bilinear.
 */
export const depthwiseConv2d: OpDefinition = {
  name: 'depthwise-conv2d',
  infer(inputs, attributes) {
    expectInputs(inputs, 2)
    const [image, kernel] = inputs
    expectDType(image, 'float')
    expectDepthwiseKernel(kernel, image.shape)
    const { batch, outHeight, outWidth, channels } = slide(
      image.shape,
      kernel.shape[0],
      kernel.shape[1],
      attributes,
    )
    return [{ shape: [batch, outHeight, outWidth, channels], dtype: 'float' }]
  },
  gradient({ graph, inputs: [image, kernel], attributes, needs }, [cotangent]) {
    if (cotangent === null) return [null, null]
    return [
      needs[0]
        ? one(graph, 'depthwise-conv2d-input-gradient', [cotangent, kernel], {
            ...attributes,
            inputShape: image.type.shape,
          })
        : null,
      needs[1]
        ? one(graph, 'depthwise-conv2d-filter-gradient', [image, cotangent], {
            ...attributes,
            kernelShape: kernel.type.shape,
          })
        : null,
    ]
  },
  evaluate([image, kernel], attributes, [type], allocate) {
    const [kh, kw, channels] = kernel.type.shape
    const window = slide(image.type.shape, kh, kw, attributes)
    const { batch, height, width, stride, top, left, outHeight, outWidth } = window
    const x = image.data
    const w = kernel.data
    const y = allocate(type)
    const sums = new Float64Array(channels)
    for (let n = 0, to = 0; n < batch; n++) {
      for (let row = 0; row < outHeight; row++) {
        for (let column = 0; column < outWidth; column++, to += channels) {
          sums.fill(0)
          for (let i = 0; i < kh; i++) {
            const fromRow = row * stride - top + i
            if (fromRow < 0 || fromRow >= height) continue
            for (let j = 0; j < kw; j++) {
              const fromColumn = column * stride - left + j
              if (fromColumn < 0 || fromColumn >= width) continue
              const from = ((n * height + fromRow) * width + fromColumn) * channels
              const place = (i * kw + j) * channels
              for (let c = 0; c < channels; c++) sums[c] += x[from + c] * w[place + c]
            }
          }
          for (let c = 0; c < channels; c++) y[to + c] = sums[c]
        }
      }
    }
    return [{ type, data: y }]
  },
  // TensorFlow 2.21 knows EXPLICIT padding here, but its graph optimizer aborts the process on it.
  graphdef(emit, [image, kernel], node) {
    const [shape, [kh, kw]] = node.inputs.map((value) => value.type.shape)
    const window = slide(shape, kh, kw, node.attributes)
    return [
      emit.node('DepthwiseConv2dNative', [surround(emit, image, window), kernel], {
        T: { type: emit.floatType },
        dilations: { list: { i: [1, 1, 1, 1] } },
        ...plainWindowAttributes(window),
        explicit_paddings: { list: { i: [] } },
      }),
    ]
  },
}

/** Throws unless `kernel` is float [kh, kw, channels, 1] for that image. */
export function expectDepthwiseKernel(kernel: TensorType, image: readonly number[]): void {
  expectDType(kernel, 'float')
  const { shape } = kernel
  if (shape.length !== 4 || shape[2] !== image[3] || shape[3] !== 1) {
    throw new Error(`kernel [${shape}] does not fit [${image}]: expected [kh, kw, channels, 1]`)
  }
}
