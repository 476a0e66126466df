import type { OpDefinition } from '../ir.ts'
import { scale } from '../support/make.ts'
import { inferReduction, reduce, reducedCount, reductionNode, spread } from './reduce.ts'
import { expectDType } from '../support/shapes.ts'

/** Mean over the attribute axes; keepDims leaves them as 1. */
export const mean: OpDefinition = {
  name: 'mean',
  infer(inputs, attributes) {
    expectDType(inputs[0], 'float')
    return inferReduction(inputs, attributes)
  },
  gradient({ graph, inputs: [x], attributes }, [cotangent]) {
    if (cotangent === null) return [null]
    const { shape } = x.type
    return [spread(graph, scale(graph, cotangent, 1 / reducedCount(shape, attributes)), shape, attributes)]
  },
  evaluate: ([x], attributes, [type], allocate) => [
    reduce(x, attributes, type, allocate, 1 / reducedCount(x.type.shape, attributes)),
  ],
  graphdef: (emit, [input], node) => [reductionNode('Mean', emit, input, node)],
}
