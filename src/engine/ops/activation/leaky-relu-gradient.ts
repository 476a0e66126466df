import type { OpDefinition } from '../ir.ts'
import { expectDType, expectInputs, numberAttribute, sameShape } from '../support/shapes.ts'
import { one } from '../support/make.ts'

/** g where the feature is positive, else slope·g, from (g, feature). Attribute: slope. */
export const leakyReluGradient: OpDefinition = {
  name: 'leaky-relu-gradient',
  infer(inputs, attributes) {
    expectInputs(inputs, 2)
    inputs.forEach((input) => expectDType(input, 'float'))
    numberAttribute(attributes, 'slope')
    if (!sameShape(inputs[0].shape, inputs[1].shape)) {
      throw new Error(`shapes differ: [${inputs[0].shape}] and [${inputs[1].shape}]`)
    }
    return [inputs[0]]
  },
  gradient: ({ graph, inputs: [, feature], attributes }, [cotangent]) => [
    cotangent && one(graph, 'leaky-relu-gradient', [cotangent, feature], attributes),
    null,
  ],
  evaluate([g, feature], attributes, [type], allocate) {
    const slope = numberAttribute(attributes, 'slope')
    const data = allocate(type)
    for (let i = 0; i < data.length; i++) data[i] = feature.data[i] > 0 ? g.data[i] : slope * g.data[i]
    return [{ type, data }]
  },
  graphdef: (emit, inputs, node) => [
    emit.node('LeakyReluGrad', inputs, {
      T: { type: emit.floatType },
      alpha: { f: numberAttribute(node.attributes, 'slope') },
    }),
  ],
}
