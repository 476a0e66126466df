import type { OpDefinition } from '../ir.ts'
import { inferReduction, reduce, reductionNode, spread } from './reduce.ts'

/** Sum over the attribute axes; keepDims leaves them as 1. */
export const sum: OpDefinition = {
  name: 'sum',
  infer: inferReduction,
  gradient: ({ graph, inputs: [x], attributes }, [cotangent]) => [
    cotangent && spread(graph, cotangent, x.type.shape, attributes),
  ],
  evaluate: ([x], attributes, [type], allocate) => [reduce(x, attributes, type, allocate, 1)],
  graphdef: (emit, [input], node) => [reductionNode('Sum', emit, input, node)],
}
