import type { OpDefinition } from '../ir.ts'
import { expectDType, expectInputs } from '../support/shapes.ts'
import { multiply, subtract, sum } from '../support/make.ts'
import { logSumExp } from '../support/softmax-rows.ts'

/** eˣ / Σ eˣ along the last axis. */
export const softmax: OpDefinition = {
  name: 'softmax',
  infer(inputs) {
    expectInputs(inputs, 1)
    expectDType(inputs[0], 'float')
    if (inputs[0].shape.length === 0) throw new Error('expected at least one axis, got a scalar')
    return [inputs[0]]
  },
  gradient({ graph, outputs: [y] }, [cotangent]) {
    if (cotangent === null) return [null]
    const inner = sum(graph, multiply(graph, cotangent, y), [y.type.shape.length - 1], true)
    return [multiply(graph, y, subtract(graph, cotangent, inner))]
  },
  evaluate([x], _attributes, [type], allocate) {
    const data = allocate(type)
    const width = type.shape.at(-1) ?? 1
    for (let from = 0; from < data.length; from += width) {
      const total = logSumExp(x.data, from, width)
      for (let j = 0; j < width; j++) data[from + j] = Math.exp(x.data[from + j] - total)
    }
    return [{ type, data }]
  },
  graphdef: (emit, inputs) => [emit.node('Softmax', inputs, { T: { type: emit.floatType } })],
}
