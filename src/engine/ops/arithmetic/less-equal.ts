import { binary } from '../support/elementwise.ts'

/** Whether a ≤ b. */
export const lessEqual = binary({
  name: 'less-equal',
  tensorflow: 'LessEqual',
  value: (a, b) => (a <= b ? 1 : 0),
  output: 'bool',
})
