import type { OpDefinition } from '../ir.ts'
import { expectDType, expectInputs, numberAttribute } from '../support/shapes.ts'
import { one } from '../support/make.ts'

/** x where x > 0, else slope·x. Attribute: slope. */
export const leakyRelu: OpDefinition = {
  name: 'leaky-relu',
  infer(inputs, attributes) {
    expectInputs(inputs, 1)
    expectDType(inputs[0], 'float')
    numberAttribute(attributes, 'slope')
    return [inputs[0]]
  },
  gradient: ({ graph, inputs: [x], attributes }, [cotangent]) => [
    cotangent && one(graph, 'leaky-relu-gradient', [cotangent, x], attributes),
  ],
  evaluate([x], attributes, [type], allocate) {
    const slope = numberAttribute(attributes, 'slope')
    const data = allocate(type)
    for (let i = 0; i < data.length; i++) data[i] = x.data[i] > 0 ? x.data[i] : slope * x.data[i]
    return [{ type, data }]
  },
  graphdef: (emit, inputs, node) => [
    emit.node('LeakyRelu', inputs, {
      T: { type: emit.floatType },
      alpha: { f: numberAttribute(node.attributes, 'slope') },
    }),
  ],
}
