import type { OpDefinition } from '../ir.ts'
import { multiply, one, subtract, sum } from '../support/make.ts'
import { softmax } from './softmax.ts'
import { logSumExp } from '../support/softmax-rows.ts'

/** x − log Σ eˣ along the last axis. */
export const logSoftmax: OpDefinition = {
  name: 'log-softmax',
  infer: softmax.infer,
  gradient({ graph, inputs: [x] }, [cotangent]) {
    if (cotangent === null) return [null]
    const total = sum(graph, cotangent, [x.type.shape.length - 1], true)
    return [subtract(graph, cotangent, multiply(graph, one(graph, 'softmax', [x]), total))]
  },
  evaluate([x], _attributes, [type], allocate) {
    const data = allocate(type)
    const width = type.shape.at(-1) ?? 1
    for (let from = 0; from < data.length; from += width) {
      const total = logSumExp(x.data, from, width)
      for (let j = 0; j < width; j++) data[from + j] = x.data[from + j] - total
    }
    return [{ type, data }]
  },
  graphdef: (emit, inputs) => [emit.node('LogSoftmax', inputs, { T: { type: emit.floatType } })],
}
