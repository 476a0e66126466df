import type { OpDefinition } from '../ir.ts'
import { sizeOf } from '../../../shared/graph/shapes.ts'
import { dtypeAttribute, expectInputs, listAttribute } from '../support/shapes.ts'

/** A constant. Attributes: dtype, shape, values (row-major, or a single value that fills the shape). */
export const constant: OpDefinition = {
  name: 'constant',
  infer(inputs, attributes) {
    expectInputs(inputs, 0)
    const shape = listAttribute(attributes, 'shape')
    const { length } = listAttribute(attributes, 'values')
    if (length !== 1 && length !== sizeOf(shape)) {
      throw new Error(`shape [${shape}] takes ${sizeOf(shape)} values or one, got ${length}`)
    }
    return [{ shape, dtype: dtypeAttribute(attributes) }]
  },
  evaluate(_inputs, attributes, [type], allocate) {
    const values = listAttribute(attributes, 'values')
    const data = allocate(type)
    if (values.length === 1) data.fill(values[0])
    else data.set(values)
    return [{ type, data }]
  },
  graphdef(emit, _inputs, node) {
    const [{ shape, dtype }] = node.outputs
    const values = listAttribute(node.attributes, 'values')
    if (values.length === sizeOf(shape)) return [emit.constant(dtype, shape, values)]
    const extents = emit.constant('int', [shape.length], shape)
    return [
      emit.node('Fill', [extents, emit.constant(dtype, [], values)], {
        T: { type: emit.dataType(dtype) },
        index_type: { type: emit.dataType('int') },
      }),
    ]
  },
}
