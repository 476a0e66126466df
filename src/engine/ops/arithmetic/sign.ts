import { unary } from '../support/elementwise.ts'

/** −1, 0 or 1; its derivative is 0 wherever it exists. */
export const sign = unary({
  name: 'sign',
  tensorflow: 'Sign',
  value: Math.sign,
  gradient: () => null,
})
