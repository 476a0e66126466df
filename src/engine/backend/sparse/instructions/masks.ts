/** A change of masks: numbers from their old places to their new ones, and tables of dense kernels. */
import { atOffsets, bytes, words } from './spans.ts'
import { instruction, type Instructions } from './types.ts'

export const MASKS = {
  KEEP_NUMBERS: instruction({
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
    spans({ stride, arrays, places, origin, count }, tables) {
      const kept = count > 0 ? tables.range(origin, count).most + 1 : 0
      const { from, to } = atOffsets(tables, places, kept, 1)
      return {
        to: words(arrays * count),
        from: { from: 4 * from, to: 4 * to, arrays: { count: arrays, stride } },
        places: words(kept),
        origin: words(count),
      }
    },
  }),
  PUT_NUMBERS: instruction({
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
    spans: ({ stride, arrays, count }) => ({
      to: { ...words(count), arrays: { count: arrays, stride } },
      from: words(arrays * count),
      places: words(count),
    }),
  }),
  LAY_OUT_DENSE: instruction({
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
      backStarts: 'optional',
      backOffsets: 'optional',
      inputOfColumn: 'address',
      gradientPlane: 'word',
    },
    spans: ({ count, rows, columns }) => ({
      on: words(count),
      places: words(count),
      next: words(rows),
      rowStarts: words(rows + 1),
      offsets: words(count),
      rowOf: bytes(2 * count),
      backStarts: words(columns + 1),
      backOffsets: words(2 * count),
      inputOfColumn: words(columns),
    }),
  }),
} satisfies Instructions
