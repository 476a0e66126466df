import type { GraphDefEmitter, OpDefinition } from '../ir.ts'
import { one } from '../support/make.ts'
import { expectDType, expectInputs, numberAttribute } from '../support/shapes.ts'
import { wrapAttributes } from './circular-pad.ts'

/** The adjoint of circular-pad: cuts the border off and adds it to the places that it was copied from. */
export const circularPadGradient: OpDefinition = {
  name: 'circular-pad-gradient',
  infer(inputs, attributes) {
    expectInputs(inputs, 1)
    expectDType(inputs[0], 'float')
    if (inputs[0].shape.length !== 4) throw new Error(`expected an image, got [${inputs[0].shape}]`)
    const [batch, height, width, channels] = inputs[0].shape
    const rows = numberAttribute(attributes, 'rows')
    const columns = numberAttribute(attributes, 'columns')
    const shape = [batch, height - 2 * rows, width - 2 * columns, channels]
    wrapAttributes(shape, attributes)
    return [{ shape, dtype: 'float' }]
  },
  gradient: ({ graph, attributes }, [cotangent]) => [
    cotangent && one(graph, 'circular-pad', [cotangent], attributes),
  ],
  evaluate([padded], attributes, [type], allocate) {
    const [batch, height, width, channels] = type.shape
    const [rows, columns] = wrapAttributes(type.shape, attributes)
    const data = allocate(type)
    let from = 0
    for (let n = 0; n < batch; n++) {
      for (let row = -rows; row < height + rows; row++) {
        const line = (n * height + ((row + height) % height)) * width
        for (let column = -columns; column < width + columns; column++, from += channels) {
          const to = (line + ((column + width) % width)) * channels
          for (let c = 0; c < channels; c++) data[to + c] += padded.data[from + c]
        }
      }
    }
    return [{ type, data }]
  },
  graphdef(emit, [input], node) {
    const amounts = wrapAttributes(node.outputs[0].shape, node.attributes)
    let shape = node.inputs[0].type.shape
    let value = input
    for (const [k, amount] of amounts.entries()) {
      value = foldAxis(emit, value, k + 1, shape, amount)
      shape = shape.with(k + 1, shape[k + 1] - 2 * amount)
    }
    return [value]
  },
}

/** middle + (zeros, head) + (tail, zeros) along one axis of a padded tensor. */
function foldAxis(
  emit: GraphDefEmitter,
  input: string,
  axis: number,
  padded: readonly number[],
  amount: number,
): string {
  if (amount === 0) return input
  const int = { type: emit.dataType('int') }
  const T = { type: emit.floatType }
  const extent = padded[axis] - 2 * amount
  const cut = (from: number, size: number): string => {
    const begin = padded.map((_, other) => (other === axis ? from : 0))
    return emit.node(
      'Slice',
      [input, emit.constant('int', [4], begin), emit.constant('int', [4], padded.with(axis, size))],
      { T, Index: int },
    )
  }
  const padding = (part: string, before: number, after: number): string => {
    if (before + after === 0) return part
    const amounts = padded.flatMap((_, other) => (other === axis ? [before, after] : [0, 0]))
    return emit.node('Pad', [part, emit.constant('int', [4, 2], amounts)], { T, Tpaddings: int })
  }
  const head = padding(cut(0, amount), extent - amount, 0)
  const tail = padding(cut(amount + extent, amount), 0, extent - amount)
  return emit.node('AddN', [cut(amount, extent), head, tail], { N: { i: 3 }, T })
}
