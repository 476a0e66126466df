import { binary } from '../support/elementwise.ts'

/** a + b. */
export const add = binary({
  name: 'add',
  tensorflow: 'AddV2',
  value: (a, b) => a + b,
  gradient: (_context, cotangent) => [cotangent, cotangent],
})
