import type { Attributes, GraphBuilder, GraphDefEmitter, OpDefinition, Value } from '../ir.ts'
import { one } from '../support/make.ts'
import { expectDType, expectInputs, numberAttribute, sameShape } from '../support/shapes.ts'

/**
 * Wraps images [batch, height, width, channels] around: `rows` more at top and bottom, `columns` more at
 * left and right, taken from the opposite side. Neither may pass the image's own extent.
 */
export const circularPad: OpDefinition = {
  name: 'circular-pad',
  infer(inputs, attributes) {
    expectInputs(inputs, 1)
    expectDType(inputs[0], 'float')
    const { shape } = inputs[0]
    const [rows, columns] = wrapAttributes(shape, attributes)
    const [batch, height, width, channels] = shape
    return [{ shape: [batch, height + 2 * rows, width + 2 * columns, channels], dtype: 'float' }]
  },
  gradient({ graph, inputs: [x], attributes }, [cotangent]) {
    if (cotangent === null) return [null]
    return [
      circularConvolutionGradient(graph, x, cotangent, wrapAttributes(x.type.shape, attributes)) ??
        one(graph, 'circular-pad-gradient', [cotangent], attributes),
    ]
  },
  evaluate([x], attributes, [type], allocate) {
    const [batch, height, width, channels] = x.type.shape
    const [rows, columns] = wrapAttributes(x.type.shape, attributes)
    const data = allocate(type)
    let to = 0
    for (let n = 0; n < batch; n++) {
      for (let row = -rows; row < height + rows; row++) {
        const line = (n * height + ((row + height) % height)) * width
        for (let column = -columns; column < width + columns; column++, to += channels) {
          const from = (line + ((column + width) % width)) * channels
          for (let c = 0; c < channels; c++) data[to + c] = x.data[from + c]
        }
      }
    }
    return [{ type, data }]
  },
  graphdef(emit, [input], node) {
    const { shape } = node.inputs[0].type
    const amounts = wrapAttributes(shape, node.attributes)
    return [amounts.reduce((value, amount, k) => wrapAxis(emit, value, k + 1, shape[k + 1], amount), input)]
  },
}

/**
 * Where the cotangent comes from a stride-1 convolution y[t] = Σᵢ k[i]·padded[t + i] whose kernel has
 * extent 2p + 1, padded[s] = x[(s − p) mod extent], the adjoint is again a circular convolution: x̄[u] = Σᵢ
 * k[i]·ȳ[(u − i + p) mod extent], which is the input gradient with padding 2p of the wrapped ȳ. Two gathers
 * in place of the folding of both axes; the input gradient that had been asked for is left without a
 * reader. null anywhere else.
 */
function circularConvolutionGradient(
  graph: GraphBuilder,
  x: Value,
  cotangent: Value,
  [rows, columns]: readonly [number, number],
): Value | null {
  const {
    op,
    inputs: [ofY, kernel],
    attributes,
  } = cotangent.node
  if (op !== 'conv2d-input-gradient' || rows !== columns || (attributes.stride ?? 1) !== 1) return null
  if ((attributes.padding ?? 'valid') !== 'valid') return null
  const [kernelHeight, kernelWidth] = kernel.type.shape
  const fits =
    kernelHeight === 2 * rows + 1 &&
    kernelWidth === kernelHeight &&
    sameShape(ofY.type.shape.slice(0, 3), x.type.shape.slice(0, 3))
  if (!fits) return null
  const wrapped = one(graph, 'circular-pad', [ofY], { rows, columns })
  return one(graph, 'conv2d-input-gradient', [wrapped, kernel], {
    ...attributes,
    padding: 2 * rows,
    inputShape: x.type.shape,
  })
}

/**
 * One gather along an axis, with indices −amount … extent + amount − 1 modulo extent: one node, not three.
 */
function wrapAxis(
  emit: GraphDefEmitter,
  input: string,
  axis: number,
  extent: number,
  amount: number,
): string {
  if (amount === 0) return input
  const indices = Array.from({ length: extent + 2 * amount }, (_, i) => (i - amount + extent) % extent)
  const int = { type: emit.dataType('int') }
  return emit.node(
    'GatherV2',
    [input, emit.constant('int', [indices.length], indices), emit.constant('int', [], [axis])],
    {
      Tparams: { type: emit.floatType },
      Tindices: int,
      Taxis: int,
      batch_dims: { i: 0 },
    },
  )
}

/** Attributes `rows` and `columns`, checked against the unpadded image. */
export function wrapAttributes(image: readonly number[], attributes: Attributes): readonly [number, number] {
  if (image.length !== 4)
    throw new Error(`expected an image [batch, height, width, channels], got [${image}]`)
  const amounts = [numberAttribute(attributes, 'rows'), numberAttribute(attributes, 'columns')] as const
  for (const [k, amount] of amounts.entries()) {
    if (!Number.isInteger(amount) || amount < 0 || amount > image[k + 1]) {
      throw new Error(
        `cannot wrap [${image}] by ${amount} along axis ${k + 1}: expected 0 to ${image[k + 1]}`,
      )
    }
  }
  return amounts
}
