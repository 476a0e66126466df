import type { OpDefinition } from '../ir.ts'
import { expectDType, expectInputs, sameShape } from '../support/shapes.ts'
import { one } from '../support/make.ts'

/** x + b along the last axis: [..., n] and [n]. A row is added to a matrix faster than by broadcasting. */
export const biasAdd: OpDefinition = {
  name: 'bias-add',
  infer(inputs) {
    expectInputs(inputs, 2)
    const [x, bias] = inputs
    expectDType(x, 'float')
    expectDType(bias, 'float')
    if (x.shape.length < 2 || !sameShape(bias.shape, x.shape.slice(-1))) {
      throw new Error(`expected [..., n] and [n], got [${x.shape}] and [${bias.shape}]`)
    }
    return [x]
  },
  gradient: ({ graph, needs }, [cotangent]) =>
    cotangent === null
      ? [null, null]
      : [cotangent, needs[1] ? one(graph, 'bias-add-gradient', [cotangent]) : null],
  evaluate([x, bias], _attributes, [type], allocate) {
    const data = allocate(type)
    const width = bias.data.length
    for (let from = 0; from < data.length; from += width) {
      for (let j = 0; j < width; j++) data[from + j] = x.data[from + j] + bias.data[j]
    }
    return [{ type, data }]
  },
  graphdef: (emit, inputs) => [
    emit.node('BiasAdd', inputs, { T: { type: emit.floatType }, data_format: { s: 'NHWC' } }),
  ],
}
