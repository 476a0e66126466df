/**
 * The nonzeros of a kernel: compressed rows, and the transposed products beside them. Entry k of the values
 * is nonzero k in the order of rows (outputs), then of columns.
 */
import type { FloatArray } from '../../ops/ir.ts'
import { FLOAT } from './geometry.ts'
import type { KernelAddresses } from './kernel-plan.ts'

/** Work space kept between calls. */
let found = new Int32Array(0)
let foundRow = new Int32Array(0)

/** Positions column·rows + row of the nonzeros in the dense kernel, in the order of the values. */
export function positionsOf(
  mask: FloatArray | Uint8Array | null,
  from: number,
  rows: number,
  columns: number,
): Int32Array {
  const size = rows * columns
  if (mask === null) {
    return Int32Array.from({ length: size }, (_, k) => (k % columns) * rows + Math.floor(k / columns))
  }
  if (found.length <= size) {
    found = new Int32Array(size + 1)
    foundRow = new Int32Array(size + 1)
  }
  const next = new Int32Array(rows + 1)
  const all = found
  const allRows = foundRow
  let count = 0
  if (mask instanceof Uint8Array && mask.byteOffset % 4 === 0 && from === 0) {
    count = onesOf(mask, rows, next)
    return byRows(count, rows, next)
  }
  for (let column = 0, i = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++, i++) {
      // Always written, and counted by the mask itself, 0 or 1: a branch would be mispredicted.
      const keep = mask[from + i] | 0
      all[count] = i
      allRows[count] = row
      count += keep
      next[row + 1] += keep
    }
  }
  return byRows(count, rows, next)
}

/** Finds the ones of a mask, four entries at a time, into the work space, and counts them by row. */
function onesOf(mask: Uint8Array, rows: number, next: Int32Array): number {
  const words = new Int32Array(mask.buffer, mask.byteOffset, mask.length >>> 2)
  const shift = 31 - Math.clz32(rows)
  const even = rows === 1 << shift
  const [at, rowAt] = [found, foundRow]
  let count = 0
  for (let word = 0; 4 * word < mask.length; word++) {
    if (words[word] === 0) continue
    const end = Math.min(4 * word + 4, mask.length)
    for (let i = 4 * word; i < end; i++) {
      if (mask[i] === 0) continue
      const row = even ? i & (rows - 1) : i % rows
      at[count] = i
      rowAt[count++] = row
      next[row + 1]++
    }
  }
  return count
}

/** The positions in the work space in the order of rows; `next` holds how many each row has. */
function byRows(count: number, rows: number, next: Int32Array): Int32Array {
  for (let row = 0; row < rows; row++) next[row + 1] += next[row]
  const positions = new Int32Array(count)
  const [at, rowAt] = [found, foundRow]
  for (let k = 0; k < count; k++) positions[next[rowAt[k]]++] = at[k]
  return positions
}

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

/** Writes the tables of a kernel whose nonzeros changed. */
export function writeStructure(
  words: Int32Array,
  tables: StructureTables,
  positions: Int32Array,
  rows: number,
  phases: number,
  addresses: KernelAddresses,
): void {
  const { rowStarts, offsets, backStarts, backOffsets, backOrder, rowOf: rowTable } = tables
  const { channels, inputOfColumn, inputOfRow, phaseOfColumn, channelOfColumn, channelOfRow } = addresses
  const count = positions.length
  // A remainder costs more than all else here: rows and columns are found once, by bits where that can be.
  if (found.length < count) {
    found = new Int32Array(count)
    foundRow = new Int32Array(count)
  }
  const rowOf = foundRow
  const columnOf = found
  const shift = 31 - Math.clz32(rows)
  const even = rows === 1 << shift
  words.fill(0, rowStarts, rowStarts + rows + 1)
  for (let k = 0; k < count; k++) {
    const position = positions[k]
    const row = even ? position & (rows - 1) : position % rows
    const column = even ? position >> shift : (position - row) / rows
    rowOf[k] = row
    columnOf[k] = column
    words[rowStarts + row + 1]++
    words[offsets + k] = inputOfColumn[column] + inputOfRow[row]
  }
  for (let row = 0; row < rows; row++) words[rowStarts + row + 1] += words[rowStarts + row]
  if (rowTable !== null) new Uint16Array(words.buffer, FLOAT * rowTable, count).set(rowOf.subarray(0, count))
  if (backStarts === null) return
  // The products share one list of nonzeros: product p's starts follow those of p − 1, and begin where it
  // ends.
  const next = new Int32Array(phases * channels + 1)
  const places = new Int32Array(count)
  for (let k = 0; k < count; k++) {
    const place =
      phaseOfColumn[columnOf[k]] * channels + channelOfColumn[columnOf[k]] + channelOfRow[rowOf[k]]
    places[k] = place
    next[place + 1]++
  }
  for (let i = 0; i < phases * channels; i++) next[i + 1] += next[i]
  for (let phase = 0; phase < phases; phase++) {
    for (let c = 0; c <= channels; c++) {
      words[backStarts + phase * (channels + 1) + c] = next[phase * channels + c]
    }
  }
  for (let k = 0; k < count; k++) {
    const at = next[places[k]]++
    const offset = addresses.gradientOfColumn[columnOf[k]] + addresses.gradientOfRow[rowOf[k]]
    if (rowTable === null) {
      words[backOffsets + at] = offset
      words[backOrder + at] = k
    } else {
      words[backOffsets + 2 * at] = offset
      words[backOffsets + 2 * at + 1] = FLOAT * k
    }
  }
}
