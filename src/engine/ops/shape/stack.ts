import type { OpDefinition } from '../ir.ts'
import { sameShape } from '../support/shapes.ts'

/** Joins tensors of one shape along a new first axis. */
export const stack: OpDefinition = {
  name: 'stack',
  infer(inputs) {
    if (inputs.length === 0) throw new Error('expected at least one input')
    const [{ shape, dtype }] = inputs
    for (const input of inputs) {
      if (!sameShape(input.shape, shape) || input.dtype !== dtype) {
        throw new Error(`expected ${dtype} [${shape}] throughout, got ${input.dtype} [${input.shape}]`)
      }
    }
    return [{ shape: [inputs.length, ...shape], dtype }]
  },
  gradient: ({ graph, inputs }, [cotangent]) =>
    cotangent === null ? inputs.map(() => null) : graph.add('unstack', [cotangent]),
  evaluate(inputs, _attributes, [type], allocate) {
    const data = allocate(type)
    const size = data.length / inputs.length
    inputs.forEach((input, i) => data.set(input.data, i * size))
    return [{ type, data }]
  },
  graphdef: (emit, inputs, node) => [
    emit.node('Pack', inputs, {
      N: { i: inputs.length },
      T: { type: emit.dataType(node.outputs[0].dtype) },
      axis: { i: 0 },
    }),
  ],
}
