/**
 * A change of masks: what is selected, numbers from their old places to their new ones, and tables of dense
 * kernels.
 */
import { COUNTING_WORDS, SPARE_WORDS } from './scratch.ts'
import { atOffsets, bytes, words } from './spans.ts'
import { instruction, type Instructions, type Span, type Tables } from './types.ts'

/** Numbers at so many indices of a list. */
function atEntries(tables: Tables, list: number, count: number): Span {
  const { least, most } = tables.range(list, count)
  return words(count > 0 ? most - least + 1 : 0, least)
}

export const MASKS = {
  LARGEST_RANKS: instruction({
    kernel: 'largestRanks',
    file: 'selection',
    fields: {
      values: 'address',
      size: 'word',
      count: 'word',
      ranks: 'address',
      work: 'address',
      bins: 'address',
    },
    spans: ({ size, count }) => ({
      values: words(size),
      ranks: words(count + SPARE_WORDS),
      work: words(2 * size + SPARE_WORDS),
      bins: words(COUNTING_WORDS),
    }),
  }),
  LARGEST_OTHERS: instruction({
    kernel: 'largestOthers',
    file: 'selection',
    fields: {
      values: 'address',
      size: 'word',
      others: 'address',
      otherCount: 'word',
      count: 'word',
      chosen: 'address',
      list: 'address',
      picked: 'address',
      marks: 'address',
      bins: 'address',
      filled: 'address',
    },
    spans: ({ size, otherCount, count }) => ({
      values: words(size),
      others: words(otherCount),
      chosen: words(count + SPARE_WORDS),
      list: words(size + SPARE_WORDS),
      picked: words(3 * size + SPARE_WORDS),
      marks: bytes(size),
      bins: words(COUNTING_WORDS),
      filled: words(1),
    }),
  }),
  SUM_OF_SIZES: instruction({
    kernel: 'sumOfSizes',
    file: 'lists',
    fields: { values: 'address', entries: 'address', count: 'word', to: 'address' },
    spans: ({ entries, count }, tables) => ({
      values: atEntries(tables, entries, count),
      entries: words(count),
      to: words(2),
    }),
  }),
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
