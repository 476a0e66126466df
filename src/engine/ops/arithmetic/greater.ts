import { binary } from '../support/elementwise.ts'

/** Whether a > b. */
export const greater = binary({
  name: 'greater',
  tensorflow: 'Greater',
  value: (a, b) => (a > b ? 1 : 0),
  output: 'bool',
})
