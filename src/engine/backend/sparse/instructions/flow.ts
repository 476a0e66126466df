/** Where a tape ends, and where threads meet. */
import type { Instructions } from './types.ts'

export const FLOW = {
  END: { kernel: null, file: 'tape', fields: {} },
  BARRIER: { kernel: 'barrier', file: 'barrier', fields: { words: 'address', threads: 'word' } },
} as const satisfies Instructions
