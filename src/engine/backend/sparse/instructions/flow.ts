/** Where a tape ends, and where threads meet. */
import { bytes } from './spans.ts'
import { instruction, type Instructions } from './types.ts'

export const FLOW = {
  END: instruction({ kernel: null, file: 'tape', fields: {}, spans: () => ({}) }),
  BARRIER: instruction({
    kernel: 'barrier',
    file: 'barrier',
    fields: { words: 'address', threads: 'word' },
    spans: () => ({ words: bytes(8) }),
  }),
} satisfies Instructions
