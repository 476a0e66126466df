import { unary } from '../support/elementwise.ts'
import { one } from '../support/make.ts'

/** max(x, 0); its derivative at 0 is 0. */
export const relu = unary({
  name: 'relu',
  tensorflow: 'Relu',
  value: (x) => (x > 0 ? x : x === x ? 0 : x),
  gradient: ({ graph, outputs: [y] }, cotangent) => one(graph, 'relu-gradient', [cotangent, y]),
})
