import type { OpDefinition } from '../ir.ts'
import { dtypeAttribute, expectInputs, listAttribute, stringAttribute } from '../support/shapes.ts'

/**
 * A tensor that is fed from outside. Attributes: name, dtype, shape. Backends supply its value; it is never
 * evaluated.
 */
export const placeholder: OpDefinition = {
  name: 'placeholder',
  infer(inputs, attributes) {
    expectInputs(inputs, 0)
    stringAttribute(attributes, 'name')
    return [{ shape: listAttribute(attributes, 'shape'), dtype: dtypeAttribute(attributes) }]
  },
  evaluate(_inputs, attributes) {
    throw new Error(`placeholder ${stringAttribute(attributes, 'name')} has to be fed by the backend`)
  },
  graphdef: (emit, _inputs, node) => {
    const [{ shape, dtype }] = node.outputs
    return [emit.node('Placeholder', [], { dtype: { type: emit.dataType(dtype) }, shape: { shape } })]
  },
}
