import { binary } from '../support/elementwise.ts'

/** Whether a ≥ b. */
export const greaterEqual = binary({
  name: 'greater-equal',
  tensorflow: 'GreaterEqual',
  value: (a, b) => (a >= b ? 1 : 0),
  output: 'bool',
})
