import type { OpDefinition } from '../ir.ts'
import { sizeOf } from '../../../shared/graph/shapes.ts'
import { expectInputs, listAttribute } from '../support/shapes.ts'
import { reshape as reshaped } from '../support/make.ts'

/** The same entries under another shape. Attribute: shape. */
export const reshape: OpDefinition = {
  name: 'reshape',
  infer(inputs, attributes) {
    expectInputs(inputs, 1)
    const shape = listAttribute(attributes, 'shape')
    if (sizeOf(shape) !== sizeOf(inputs[0].shape)) {
      throw new Error(
        `[${inputs[0].shape}] has ${sizeOf(inputs[0].shape)} entries, [${shape}] ${sizeOf(shape)}`,
      )
    }
    return [{ shape, dtype: inputs[0].dtype }]
  },
  gradient: ({ graph, inputs: [x] }, [cotangent]) => [cotangent && reshaped(graph, cotangent, x.type.shape)],
  evaluate: ([x], _attributes, [type]) => [{ type, data: x.data }],
  graphdef(emit, [input], node) {
    const [{ shape, dtype }] = node.outputs
    return [
      emit.node('Reshape', [input, emit.constant('int', [shape.length], shape)], {
        T: { type: emit.dataType(dtype) },
        Tshape: { type: emit.dataType('int') },
      }),
    ]
  },
}
