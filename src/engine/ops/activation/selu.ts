import { unary } from '../support/elementwise.ts'
import { one } from '../support/make.ts'

export const SELU_ALPHA = 1.6732632423543772848170429916717
export const SELU_SCALE = 1.0507009873554804934193349852946

/** Scaled exponential linear unit (Klambauer et al. 2017). */
export const selu = unary({
  name: 'selu',
  tensorflow: 'Selu',
  value: (x) => (x > 0 ? SELU_SCALE * x : SELU_SCALE * SELU_ALPHA * Math.expm1(x)),
  gradient: ({ graph, outputs: [y] }, cotangent) => one(graph, 'selu-gradient', [cotangent, y]),
})
