/** Gradients of weights and biases. */
import { atOffsets, bytes, nonzerosOf, reach, words } from './spans.ts'
import { instruction, type Instructions, type Span } from './types.ts'

/** Sums of eight weights at most, which most kernels keep meanwhile. */
const PARTIAL = bytes(256)

/** All rows of the output's gradient. */
const gradientOf = (
  f: Readonly<Record<'rows' | 'gradRow' | 'gradY' | 'gradX' | 'height' | 'width' | 'bytes', number>>,
): Span => bytes((f.rows - 1) * f.gradRow + reach(f, f.gradY, f.gradX))

export const WEIGHT_GRADIENTS = {
  SAMPLED: instruction({
    kernel: 'sampled',
    file: 'sampled',
    fields: {
      gradients: 'address',
      partial: 'address',
      gradient: 'address',
      gradRow: 'word',
      gradY: 'word',
      gradX: 'word',
      input: 'address',
      inY: 'word',
      inX: 'word',
      rowStarts: 'address',
      offsets: 'address',
      rows: 'word',
      height: 'word',
      width: 'word',
      bytes: 'word',
      block: 'word',
    },
    spans(f, tables) {
      const [first, end] = nonzerosOf(tables, f.rowStarts, f.rows)
      return {
        gradients: words(end - first, first),
        partial: words(8 * end),
        gradient: gradientOf(f),
        input: atOffsets(tables, f.offsets + 4 * first, end - first, reach(f, f.inY, f.inX)),
        rowStarts: words(f.rows + 1),
        offsets: words(end - first, first),
      }
    },
  }),
  SAMPLED_LINEAR: instruction({
    kernel: 'sampledLinear',
    file: 'sampled',
    fields: {
      gradients: 'address',
      partial: 'address',
      gradient: 'address',
      gradRow: 'word',
      input: 'address',
      rowStarts: 'address',
      offsets: 'address',
      rows: 'word',
      bytes: 'word',
    },
    spans(f, tables) {
      const [first, end] = nonzerosOf(tables, f.rowStarts, f.rows)
      return {
        gradients: words(end - first, first),
        partial: PARTIAL,
        gradient: bytes((f.rows - 1) * f.gradRow + f.bytes),
        input: atOffsets(tables, f.offsets + 4 * first, end - first, f.bytes),
        rowStarts: words(f.rows + 1),
        offsets: words(end - first, first),
      }
    },
  }),
  SAMPLED_PAIRS: instruction({
    kernel: 'sampledPairs',
    file: 'dense',
    fields: {
      gradients: 'address',
      partial: 'address',
      gradient: 'address',
      gradRow: 'word',
      input: 'address',
      rowOf: 'address',
      offsets: 'address',
      count: 'wordAt',
      bytes: 'word',
    },
    spans(f, tables) {
      const count = tables.word(f.count)
      return {
        gradients: words(count),
        partial: PARTIAL,
        gradient: bytes(f.bytes),
        input: atOffsets(tables, f.offsets, count, f.bytes),
        rowOf: bytes(2 * count),
        offsets: words(count),
      }
    },
  }),
  FULL_GRADIENT: instruction({
    kernel: 'fullGradient',
    file: 'full-gradient',
    fields: {
      sums: 'address',
      partial: 'address',
      gradient: 'address',
      gradRow: 'word',
      gradY: 'word',
      gradX: 'word',
      input: 'address',
      inY: 'word',
      inX: 'word',
      offsets: 'address',
      rows: 'word',
      columns: 'word',
      height: 'word',
      width: 'word',
      bytes: 'word',
      block: 'word',
    },
    spans: (f, tables) => ({
      sums: words(f.rows * f.columns),
      partial: PARTIAL,
      gradient: gradientOf(f),
      input: atOffsets(tables, f.offsets, f.columns, reach(f, f.inY, f.inX)),
      offsets: words(f.columns),
    }),
  }),
  DENSE_SAMPLED: instruction({
    kernel: 'denseSampled',
    file: 'sampled',
    fields: {
      gradients: 'address',
      partial: 'address',
      gradient: 'address',
      gradRow: 'word',
      gradY: 'word',
      gradX: 'word',
      input: 'address',
      inY: 'word',
      inX: 'word',
      rowInputs: 'address',
      offsets: 'address',
      columns: 'word',
      rows: 'word',
      height: 'word',
      width: 'word',
      bytes: 'word',
    },
    spans(f, tables) {
      const { least, most } = tables.range(f.rowInputs, f.rows)
      const { from, to } = atOffsets(tables, f.offsets, f.columns, reach(f, f.inY, f.inX))
      return {
        gradients: words(f.rows * f.columns),
        partial: words(8 * f.columns),
        gradient: gradientOf(f),
        input: { from: from + least, to: to + most },
        rowInputs: words(f.rows),
        offsets: words(f.columns),
      }
    },
  }),
  SUM_TRANSPOSED: instruction({
    kernel: 'sumTransposed',
    file: 'sampled',
    fields: {
      to: 'address',
      parts: 'address',
      stride: 'word',
      threads: 'word',
      rows: 'word',
      columns: 'word',
      from: 'word',
      until: 'word',
    },
    spans: ({ stride, threads, rows, columns, from, until }) => ({
      to: words(until > from ? (columns - 1) * rows + until - from : 0, from),
      parts: bytes((threads - 1) * stride + 4 * (until - from) * columns, 4 * from * columns),
    }),
  }),
  ROW_SUMS: instruction({
    kernel: 'rowSums',
    file: 'sampled',
    fields: {
      sums: 'address',
      partial: 'address',
      input: 'address',
      plane: 'word',
      row: 'word',
      rows: 'word',
      height: 'word',
      bytes: 'word',
    },
    spans: ({ plane, row, rows, height, bytes: size }) => ({
      sums: words(rows),
      partial: PARTIAL,
      input: bytes((rows - 1) * plane + (height - 1) * row + size),
    }),
  }),
} satisfies Instructions
