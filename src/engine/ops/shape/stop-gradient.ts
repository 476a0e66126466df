import { unary } from '../support/elementwise.ts'

/** The input itself, as a constant to differentiation. */
export const stopGradient = unary({
  name: 'stop-gradient',
  tensorflow: 'StopGradient',
  value: (x) => x,
  gradient: () => null,
})
