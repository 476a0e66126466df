import { binary } from '../support/elementwise.ts'

/** Whether a < b. */
export const less = binary({
  name: 'less',
  tensorflow: 'Less',
  value: (a, b) => (a < b ? 1 : 0),
  output: 'bool',
})
