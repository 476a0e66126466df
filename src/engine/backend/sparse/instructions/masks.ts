/** A change of masks: numbers from their old places to their new ones, and tables of dense kernels. */
import type { Instructions } from './types.ts'

export const MASKS = {
  KEEP_NUMBERS: {
    kernel: 'keepNumbers',
    file: 'masks',
    fields: {
      to: 'address',
      from: 'address',
      stride: 'word',
      arrays: 'word',
      places: 'address',
      origin: 'address',
      count: 'word',
    },
  },
  PUT_NUMBERS: {
    kernel: 'putNumbers',
    file: 'masks',
    fields: {
      to: 'address',
      stride: 'word',
      from: 'address',
      arrays: 'word',
      places: 'address',
      count: 'word',
    },
  },
  LAY_OUT_DENSE: {
    kernel: 'layOutDense',
    file: 'masks',
    fields: {
      on: 'address',
      count: 'word',
      rows: 'word',
      columns: 'word',
      places: 'address',
      next: 'address',
      rowStarts: 'address',
      offsets: 'address',
      rowOf: 'address',
      backStarts: 'address',
      backOffsets: 'address',
      inputOfColumn: 'address',
      gradientPlane: 'word',
    },
  },
} as const satisfies Instructions
