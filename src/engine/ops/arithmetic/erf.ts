import { errorFunction } from '../../../shared/theory/error-function.ts'
import { unary } from '../support/elementwise.ts'
import { multiply, negate, one, scale } from '../support/make.ts'

/** The error function 2/√π ∫₀ˣ e^(−t²) dt. */
export const erf = unary({
  name: 'erf',
  tensorflow: 'Erf',
  value: errorFunction,
  gradient: ({ graph, inputs: [x] }, cotangent) => {
    const bell = one(graph, 'exp', [negate(graph, one(graph, 'square', [x]))])
    return multiply(graph, cotangent, scale(graph, bell, 2 / Math.sqrt(Math.PI)))
  },
})
