import { binary } from '../support/elementwise.ts'

/** Whether a = b. */
export const equal = binary({
  name: 'equal',
  tensorflow: 'Equal',
  value: (a, b) => (a === b ? 1 : 0),
  output: 'bool',
  inputs: ['float', 'int', 'bool'],
})
