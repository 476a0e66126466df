import type { OpDefinition } from '../ir.ts'
import { expectDType, expectInputs } from '../support/shapes.ts'
import { broadcastTo } from '../support/make.ts'

/** Sum over all axes but the last: [..., n] → [n]. */
export const biasAddGradient: OpDefinition = {
  name: 'bias-add-gradient',
  infer(inputs) {
    expectInputs(inputs, 1)
    expectDType(inputs[0], 'float')
    if (inputs[0].shape.length < 2) throw new Error(`expected [..., n], got [${inputs[0].shape}]`)
    return [{ shape: inputs[0].shape.slice(-1), dtype: 'float' }]
  },
  gradient: ({ graph, inputs: [x] }, [cotangent]) => [
    cotangent && broadcastTo(graph, cotangent, x.type.shape),
  ],
  evaluate([x], _attributes, [type], allocate) {
    const width = type.shape[0]
    const sums = new Float64Array(width)
    for (let from = 0; from < x.data.length; from += width) {
      for (let j = 0; j < width; j++) sums[j] += x.data[from + j]
    }
    const data = allocate(type)
    data.set(sums)
    return [{ type, data }]
  },
  graphdef: (emit, inputs) => [
    emit.node('BiasAddGrad', inputs, { T: { type: emit.floatType }, data_format: { s: 'NHWC' } }),
  ],
}
