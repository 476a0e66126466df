import type { OpDefinition } from '../ir.ts'
import { sizeOf } from '../../../shared/graph/shapes.ts'
import { normalAxis, numberAttribute, sameShape } from '../support/shapes.ts'
import { one } from '../support/make.ts'

/** Joins tensors along an axis that they have. Attribute: axis. */
export const concat: OpDefinition = {
  name: 'concat',
  infer(inputs, attributes) {
    if (inputs.length === 0) throw new Error('expected at least one input')
    const [{ shape, dtype }] = inputs
    const axis = normalAxis(numberAttribute(attributes, 'axis'), shape.length)
    for (const input of inputs) {
      if (input.dtype !== dtype || !sameShape(input.shape.with(axis, 0), shape.with(axis, 0))) {
        throw new Error(`[${input.shape}] and [${shape}] differ outside of axis ${axis}`)
      }
    }
    return [
      {
        shape: shape.with(
          axis,
          inputs.reduce((total, input) => total + input.shape[axis], 0),
        ),
        dtype,
      },
    ]
  },
  gradient({ graph, inputs, attributes, needs }, [cotangent]) {
    if (cotangent === null) return inputs.map(() => null)
    const axis = normalAxis(numberAttribute(attributes, 'axis'), cotangent.type.shape.length)
    let from = 0
    return inputs.map(({ type: { shape } }, i) => {
      const begin = shape.map((_, other) => (other === axis ? from : 0))
      from += shape[axis]
      return needs[i] ? one(graph, 'slice', [cotangent], { begin, size: shape }) : null
    })
  },
  evaluate(inputs, attributes, [type], allocate) {
    const data = allocate(type)
    const axis = normalAxis(numberAttribute(attributes, 'axis'), type.shape.length)
    const rows = sizeOf(type.shape.slice(0, axis))
    const width = data.length / rows
    let column = 0
    for (const input of inputs) {
      const part = input.data.length / rows
      for (let row = 0; row < rows; row++) {
        data.set(input.data.subarray(row * part, (row + 1) * part), row * width + column)
      }
      column += part
    }
    return [{ type, data }]
  },
  graphdef(emit, inputs, node) {
    const [{ shape, dtype }] = node.outputs
    const axis = normalAxis(numberAttribute(node.attributes, 'axis'), shape.length)
    return [
      emit.node('ConcatV2', [...inputs, emit.constant('int', [], [axis])], {
        N: { i: inputs.length },
        T: { type: emit.dataType(dtype) },
        Tidx: { type: emit.dataType('int') },
      }),
    ]
  },
}
