import type { OpDefinition } from '../ir.ts'
import { expectDType, expectInputs, numberAttribute } from '../support/shapes.ts'

/**
 * [..., depth] floats: `on` at the label, `off` elsewhere. Input int [...]; attributes depth, on (1), off
 * (0).
 */
export const oneHot: OpDefinition = {
  name: 'one-hot',
  infer(inputs, attributes) {
    expectInputs(inputs, 1)
    expectDType(inputs[0], 'int')
    return [{ shape: [...inputs[0].shape, numberAttribute(attributes, 'depth')], dtype: 'float' }]
  },
  evaluate([labels], attributes, [type], allocate) {
    const depth = numberAttribute(attributes, 'depth')
    const on = numberAttribute(attributes, 'on', 1)
    const data = allocate(type).fill(numberAttribute(attributes, 'off', 0))
    for (let i = 0; i < labels.data.length; i++) {
      const label = labels.data[i]
      if (label >= 0 && label < depth) data[i * depth + label] = on
    }
    return [{ type, data }]
  },
  graphdef(emit, [input], node) {
    const number = (name: string, otherwise?: number): number =>
      numberAttribute(node.attributes, name, otherwise)
    return [
      emit.node(
        'OneHot',
        [
          input,
          emit.constant('int', [], [number('depth')]),
          emit.constant('float', [], [number('on', 1)]),
          emit.constant('float', [], [number('off', 0)]),
        ],
        { T: { type: emit.floatType }, TI: { type: emit.dataType('int') }, axis: { i: -1 } },
      ),
    ]
  },
}
