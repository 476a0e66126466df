/**
 * The nonzeros of a kernel: compressed rows, and the transposed products beside them. Entry k of the values
 * is nonzero k in the order of rows (outputs), then of columns.
 */
import { intsOf } from '../../../linalg/room.ts'
import type { FloatArray } from '../../../ops/ir.ts'
import { FLOAT } from '../model/geometry.ts'
import type { KernelAddresses } from '../model/kernel-plan.ts'

/** The nonzeros of a kernel, in the order of the dense kernel [columns, rows]. */
export interface Nonzeros {
  /** Their indices column·rows + row, ascending. */
  readonly on: Int32Array
  /** Of each, its place among the values; known once the tables are written. */
  readonly place: Int32Array
}

/** Work space kept between calls: rows and columns of the nonzeros at hand. */
let rowOf = new Int32Array(0)
let columnOf = new Int32Array(0)

function makeRoom(count: number): void {
  if (rowOf.length >= count) return
  rowOf = new Int32Array(count)
  columnOf = new Int32Array(count)
}

/** The nonzeros of a mask, which begins at `from`; of none (null), all entries. */
export function nonzerosOf(
  mask: FloatArray | Uint8Array | null,
  from: number,
  rows: number,
  columns: number,
): Nonzeros {
  const size = rows * columns
  makeRoom(size + 1)
  const found = columnOf
  let count = 0
  if (mask === null) {
    for (; count < size; count++) found[count] = count
  } else if (mask instanceof Uint8Array && mask.byteOffset % 4 === 0 && from === 0) {
    const words = new Int32Array(mask.buffer, mask.byteOffset, size >>> 2)
    for (let word = 0; 4 * word < size; word++) {
      if (words[word] === 0) continue
      const end = Math.min(4 * word + 4, size)
      for (let i = 4 * word; i < end; i++) if (mask[i] !== 0) found[count++] = i
    }
  } else {
    for (let i = 0; i < size; i++) {
      // Always written, and counted by the mask itself, 0 or 1: a branch would be mispredicted.
      found[count] = i
      count += mask[from + i] | 0
    }
  }
  return unplaced(found.slice(0, count))
}

/** Nonzeros whose tables are still to be written. */
export const unplaced = (on: Int32Array): Nonzeros => ({ on, place: new Int32Array(on.length) })

/** Where the tables of a kernel lie in the words of the memory: indices of int32. */
export interface StructureTables {
  readonly rowStarts: number
  readonly offsets: number
  /**
   * Of the transposed products, one `channels + 1` after the other; null where no input gradient is
   * needed.
   */
  readonly backStarts: number | null
  readonly backOffsets: number
  readonly backOrder: number
  /** Of a dense kernel: u16 rows of the nonzeros. Its back offsets and orders (in bytes) are pairs. */
  readonly rowOf: number | null
}

/** Writes the tables of a kernel whose nonzeros changed, and gives these their places: rows, then columns. */
export function writeStructure(
  words: Int32Array,
  tables: StructureTables,
  nonzeros: Nonzeros,
  rows: number,
  phases: number,
  addresses: KernelAddresses,
): void {
  const { rowStarts, backStarts, rowOf: rowTable } = tables
  findRows(words, rowStarts, nonzeros.on, rows)
  const next = intsOf(rows)
  for (let r = 0; r < rows; r++) {
    words[rowStarts + r + 1] += words[rowStarts + r]
    next[r] = words[rowStarts + r]
  }
  if (rowTable === null) writeForward(words, tables, nonzeros, next, addresses)
  else writePairs(words, { ...tables, rowOf: rowTable }, nonzeros, next, addresses)
  if (backStarts !== null && rowTable === null)
    writeTransposed(words, { ...tables, backStarts }, nonzeros, phases, addresses)
}

/** Row and column of each nonzero; how many a row has stands after the row's start. */
function findRows(words: Int32Array, rowStarts: number, on: Int32Array, rows: number): void {
  makeRoom(on.length)
  const [row, column] = [rowOf, columnOf]
  words.fill(0, rowStarts, rowStarts + rows + 1)
  // A division of doubles, exact below 2³¹: one of integers takes longer, and to count on mispredicts.
  for (let k = 0; k < on.length; k++) {
    const c = (on[k] / rows) | 0
    const r = on[k] - c * rows
    row[k] = r
    column[k] = c
    words[rowStarts + r + 1]++
  }
}

type BackTables = Pick<StructureTables, 'backOffsets' | 'backOrder'> & { readonly backStarts: number }

function writeForward(
  words: Int32Array,
  { offsets }: Pick<StructureTables, 'offsets'>,
  { place }: Nonzeros,
  next: Int32Array,
  { inputOfColumn, inputOfRow }: KernelAddresses,
): void {
  const [row, column] = [rowOf, columnOf]
  for (let k = 0; k < place.length; k++) {
    const at = next[row[k]]++
    place[k] = at
    words[offsets + at] = inputOfColumn[column[k]] + inputOfRow[row[k]]
  }
}

/** Of a dense kernel, whose one transposed product has a row a column: the order of the dense kernel. */
function writePairs(
  words: Int32Array,
  { offsets, rowOf: rowTable, backStarts, backOffsets }: StructureTables & { readonly rowOf: number },
  { place }: Nonzeros,
  next: Int32Array,
  { channels, inputOfColumn, inputOfRow, gradientOfColumn, gradientOfRow }: KernelAddresses,
): void {
  const [row, column] = [rowOf, columnOf]
  const table = new Uint16Array(words.buffer, FLOAT * rowTable, place.length)
  const back = backStarts !== null
  if (back) words.fill(0, backStarts, backStarts + channels + 1)
  for (let k = 0; k < place.length; k++) {
    const [r, c] = [row[k], column[k]]
    const at = next[r]++
    place[k] = at
    words[offsets + at] = inputOfColumn[c] + inputOfRow[r]
    table[at] = r
    if (!back) continue
    words[backStarts + c + 1]++
    words[backOffsets + 2 * k] = gradientOfColumn[c] + gradientOfRow[r]
    words[backOffsets + 2 * k + 1] = FLOAT * at
  }
  if (!back) return
  for (let c = 0; c < channels; c++) words[backStarts + c + 1] += words[backStarts + c]
}

/** Of a convolution, in the order of the values. */
function writeTransposed(
  words: Int32Array,
  { backStarts, backOffsets, backOrder }: BackTables,
  { on, place }: Nonzeros,
  phases: number,
  addresses: KernelAddresses,
): void {
  const { channels, phaseOfColumn, channelOfColumn, channelOfRow, gradientOfColumn, gradientOfRow } =
    addresses
  const [row, column] = [rowOf, columnOf]
  // The products share one list of nonzeros: product p's starts follow those of p − 1, and begin where it
  // ends.
  const next = intsOf(phases * channels + 1).fill(0)
  const productRow = intsOf(on.length)
  const byPlace = intsOf(on.length)
  for (let k = 0; k < on.length; k++) {
    const at = phaseOfColumn[column[k]] * channels + channelOfColumn[column[k]] + channelOfRow[row[k]]
    byPlace[place[k]] = k
    productRow[k] = at
    next[at + 1]++
  }
  for (let i = 0; i < phases * channels; i++) next[i + 1] += next[i]
  for (let phase = 0; phase < phases; phase++) {
    for (let c = 0; c <= channels; c++) {
      words[backStarts + phase * (channels + 1) + c] = next[phase * channels + c]
    }
  }
  for (let at = 0; at < byPlace.length; at++) {
    const k = byPlace[at]
    const to = next[productRow[k]]++
    words[backOffsets + to] = gradientOfColumn[column[k]] + gradientOfRow[row[k]]
    words[backOrder + to] = at
  }
}
