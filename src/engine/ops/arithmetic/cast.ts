import type { OpDefinition } from '../ir.ts'
import { dtypeAttribute, expectInputs } from '../support/shapes.ts'

/** Changes the dtype; floats are cut towards zero, bools become 0 or 1. Attribute: dtype. */
export const cast: OpDefinition = {
  name: 'cast',
  infer(inputs, attributes) {
    expectInputs(inputs, 1)
    return [{ shape: inputs[0].shape, dtype: dtypeAttribute(attributes) }]
  },
  evaluate([x], _attributes, [type], allocate) {
    const data = allocate(type)
    const from = x.data
    if (type.dtype === 'bool') for (let i = 0; i < data.length; i++) data[i] = from[i] === 0 ? 0 : 1
    else for (let i = 0; i < data.length; i++) data[i] = from[i]
    return [{ type, data }]
  },
  graphdef: (emit, inputs, node) => [
    emit.node('Cast', inputs, {
      SrcT: { type: emit.dataType(node.inputs[0].type.dtype) },
      DstT: { type: emit.dataType(node.outputs[0].dtype) },
      Truncate: { b: false },
    }),
  ],
}
