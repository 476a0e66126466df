/** Products over the nonzeros of a kernel. */
import { packedBytes } from './scratch.ts'
import { atOffsets, bytes, nonzerosOf, reach, words } from './spans.ts'
import { instruction, type Instructions, type Span, type Tables } from './types.ts'

/** What a product over images writes, and its tables of rows. */
function outputs(
  f: Readonly<Record<'rowOut' | 'rows' | 'outY' | 'outX' | 'height' | 'width' | 'bytes', number>>,
  tables: Tables,
): Record<'out' | 'rowOut' | 'bias', Span> {
  const out = atOffsets(tables, f.rowOut, f.rows, reach(f, f.outY, f.outX))
  return { out, rowOut: words(f.rows), bias: words(f.rows) }
}

export const PRODUCTS = {
  PRODUCT: instruction({
    kernel: 'product',
    file: 'product',
    fields: {
      out: 'address',
      rowOut: 'address',
      outY: 'word',
      outX: 'word',
      input: 'address',
      inY: 'word',
      inX: 'word',
      rowStarts: 'address',
      offsets: 'address',
      values: 'address',
      bias: 'optional',
      rows: 'word',
      height: 'word',
      width: 'word',
      bytes: 'word',
      accumulate: 'word',
      kind: 'word',
    },
    spans(f, tables) {
      const [first, end] = nonzerosOf(tables, f.rowStarts, f.rows)
      return {
        ...outputs(f, tables),
        input: atOffsets(tables, f.offsets + 4 * first, end - first, reach(f, f.inY, f.inX)),
        rowStarts: words(f.rows + 1),
        offsets: words(end - first, first),
        values: words(end - first, first),
      }
    },
  }),
  TRANSPOSED_PRODUCT: instruction({
    kernel: 'transposedProduct',
    file: 'dense',
    fields: {
      out: 'address',
      rowOut: 'address',
      input: 'address',
      starts: 'address',
      pairs: 'address',
      values: 'address',
      rows: 'word',
      bytes: 'word',
      accumulate: 'word',
      kind: 'word',
      kept: 'optional',
    },
    spans(f, tables) {
      const [first, end] = nonzerosOf(tables, f.starts, f.rows)
      const pairs = f.pairs + 8 * first
      const out = atOffsets(tables, f.rowOut, f.rows, f.bytes)
      return {
        out,
        rowOut: words(f.rows),
        input: atOffsets(tables, pairs, end - first, f.bytes, 2),
        starts: words(f.rows + 1),
        pairs: words(2 * (end - first), 2 * first),
        values: atOffsets(tables, pairs + 4, end - first, 4, 2),
        kept: out,
      }
    },
  }),
  GATHER: instruction({
    kernel: 'gather',
    file: 'product',
    fields: { to: 'address', values: 'address', order: 'address', count: 'wordAt' },
    spans({ order, count: countAt }, tables) {
      const count = tables.word(countAt)
      return {
        to: words(count),
        values: words(tables.range(order, count).most + 1),
        order: words(count),
      }
    },
  }),
  FULL_PRODUCT: instruction({
    kernel: 'fullProduct',
    file: 'full-product',
    fields: {
      out: 'address',
      rowOut: 'address',
      outY: 'word',
      outX: 'word',
      input: 'address',
      inY: 'word',
      inX: 'word',
      offsets: 'address',
      weights: 'address',
      bias: 'optional',
      rows: 'word',
      columns: 'word',
      height: 'word',
      width: 'word',
      bytes: 'word',
      accumulate: 'word',
      kind: 'word',
    },
    spans: (f, tables) => ({
      ...outputs(f, tables),
      input: atOffsets(tables, f.offsets, f.columns, reach(f, f.inY, f.inX)),
      offsets: words(f.columns),
      weights: words(f.rows * f.columns),
    }),
  }),
  PACKED_PRODUCT: instruction({
    kernel: 'packedProduct',
    file: 'packed',
    fields: {
      out: 'address',
      rowOut: 'address',
      input: 'address',
      plane: 'word',
      channels: 'word',
      rowStarts: 'address',
      offsets: 'address',
      values: 'address',
      bias: 'optional',
      rows: 'word',
      bytes: 'word',
      accumulate: 'word',
      kind: 'word',
      scratch: 'address',
    },
    spans(f, tables) {
      const [first, end] = nonzerosOf(tables, f.rowStarts, f.rows)
      return {
        out: atOffsets(tables, f.rowOut, f.rows, f.bytes),
        rowOut: words(f.rows),
        input: bytes((f.channels - 1) * f.plane + f.bytes),
        rowStarts: words(f.rows + 1),
        offsets: words(end - first, first),
        values: words(end - first, first),
        bias: words(f.rows),
        scratch: bytes(packedBytes(f.rows, f.channels, end - first)),
      }
    },
  }),
} satisfies Instructions
