import type { OpDefinition } from '../ir.ts'
import { dtypeAttribute, expectInputs, listAttribute, stringAttribute } from '../support/shapes.ts'

/**
 * Reads a variable of the program. Attributes: name, dtype, shape. Backends supply its value; it is never
 * evaluated.
 */
export const variable: OpDefinition = {
  name: 'variable',
  infer(inputs, attributes) {
    expectInputs(inputs, 0)
    stringAttribute(attributes, 'name')
    return [{ shape: listAttribute(attributes, 'shape'), dtype: dtypeAttribute(attributes) }]
  },
  evaluate(_inputs, attributes) {
    throw new Error(`variable ${stringAttribute(attributes, 'name')} has to be read by the backend`)
  },
  graphdef: (emit, _inputs, node) => {
    const [{ shape, dtype }] = node.outputs
    const type = { type: emit.dataType(dtype) }
    const handle = emit.node('VarHandleOp', [], {
      dtype: type,
      shape: { shape },
      shared_name: { s: stringAttribute(node.attributes, 'name') },
      container: { s: '' },
    })
    return [emit.node('ReadVariableOp', [handle], { dtype: type })]
  },
}
