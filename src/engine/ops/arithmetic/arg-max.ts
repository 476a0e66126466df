import type { OpDefinition } from '../ir.ts'
import { expectDType, expectInputs } from '../support/shapes.ts'

/** Position of the largest entry along the last axis, the first of equals: float [..., n] → int [...]. */
export const argMax: OpDefinition = {
  name: 'arg-max',
  infer(inputs) {
    expectInputs(inputs, 1)
    expectDType(inputs[0], 'float')
    if (inputs[0].shape.length === 0) throw new Error('expected at least one axis, got a scalar')
    return [{ shape: inputs[0].shape.slice(0, -1), dtype: 'int' }]
  },
  evaluate([x], _attributes, [type], allocate) {
    const data = allocate(type)
    const width = x.type.shape.at(-1) ?? 1
    for (let i = 0; i < data.length; i++) {
      let best = 0
      for (let j = 1; j < width; j++) if (x.data[i * width + j] > x.data[i * width + best]) best = j
      data[i] = best
    }
    return [{ type, data }]
  },
  graphdef: (emit, [input], node) => {
    const last = node.inputs[0].type.shape.length - 1
    return [
      emit.node('ArgMax', [input, emit.constant('int', [], [last])], {
        T: { type: emit.floatType },
        Tidx: { type: emit.dataType('int') },
        output_type: { type: emit.dataType('int') },
      }),
    ]
  },
}
