import type { OpDefinition } from '../ir.ts'
import { expectInputs } from '../support/shapes.ts'
import { filled, one } from '../support/make.ts'

/** Splits a tensor into the slices of its first axis, one output each. */
export const unstack: OpDefinition = {
  name: 'unstack',
  infer(inputs) {
    expectInputs(inputs, 1)
    const { shape, dtype } = inputs[0]
    if (shape.length === 0) throw new Error('expected at least one axis, got a scalar')
    return Array.from({ length: shape[0] }, () => ({ shape: shape.slice(1), dtype }))
  },
  gradient({ graph, inputs: [x] }, cotangents) {
    if (cotangents.every((cotangent) => cotangent === null)) return [null]
    const shape = x.type.shape.slice(1)
    return [
      one(
        graph,
        'stack',
        cotangents.map((cotangent) => cotangent ?? filled(graph, shape, 0)),
      ),
    ]
  },
  evaluate([x], _attributes, outputs) {
    const size = x.data.length / outputs.length
    return outputs.map((type, i) => ({ type, data: x.data.subarray(i * size, (i + 1) * size) }))
  },
  graphdef(emit, inputs, node) {
    const name = emit.node('Unpack', inputs, {
      num: { i: node.outputs.length },
      T: { type: emit.dataType(node.inputs[0].type.dtype) },
      axis: { i: 0 },
    })
    return node.outputs.map((_, i) => (i === 0 ? name : `${name}:${i}`))
  },
}
