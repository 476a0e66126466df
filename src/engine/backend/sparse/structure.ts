/**
 * The nonzeros of a kernel: compressed rows, and the transposed products beside them. Entry k of the
 * values is
 * nonzero k in the order of rows (outputs), then of columns.
 */
import type { FloatArray } from '../../ops/ir.ts'
import type { KernelAddresses } from './kernel-plan.ts'

/** Positions column·rows + row of the nonzeros in the dense kernel, in the order of the values. */
export function positionsOf(
  mask: FloatArray | null,
  from: number,
  rows: number,
  columns: number,
): Int32Array {
  const size = rows * columns
  if (mask === null) {
    return Int32Array.from({ length: size }, (_, k) => (k % columns) * rows + Math.floor(k / columns))
  }
  let count = 0
  const found = new Int32Array(size)
  for (let i = 0; i < size; i++) if (mask[from + i] !== 0) found[count++] = i
  const starts = new Int32Array(rows + 1)
  for (let i = 0; i < count; i++) starts[(found[i] % rows) + 1]++
  for (let row = 0; row < rows; row++) starts[row + 1] += starts[row]
  const positions = new Int32Array(count)
  for (let i = 0; i < count; i++) positions[starts[found[i] % rows]++] = found[i]
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
  const { rowStarts, offsets, backStarts, backOffsets, backOrder } = tables
  const count = positions.length
  words.fill(0, rowStarts, rowStarts + rows + 1)
  for (let k = 0; k < count; k++) {
    const row = positions[k] % rows
    words[rowStarts + row + 1]++
    words[offsets + k] = addresses.inputOfColumn[(positions[k] - row) / rows] + addresses.inputOfRow[row]
  }
  for (let row = 0; row < rows; row++) words[rowStarts + row + 1] += words[rowStarts + row]
  if (backStarts === null) return
  const { channels } = addresses
  // The products share one list of nonzeros: product p's starts follow those of p − 1, and begin where it
  // ends.
  const next = new Int32Array(phases * channels + 1)
  const place = (row: number, column: number): number =>
    addresses.phaseOfColumn[column] * channels +
    addresses.channelOfColumn[column] +
    addresses.channelOfRow[row]
  for (let k = 0; k < count; k++) {
    const row = positions[k] % rows
    next[place(row, (positions[k] - row) / rows) + 1]++
  }
  for (let i = 0; i < phases * channels; i++) next[i + 1] += next[i]
  for (let phase = 0; phase < phases; phase++) {
    for (let c = 0; c <= channels; c++) {
      words[backStarts + phase * (channels + 1) + c] = next[phase * channels + c]
    }
  }
  for (let k = 0; k < count; k++) {
    const row = positions[k] % rows
    const column = (positions[k] - row) / rows
    const at = next[place(row, column)]++
    words[backOffsets + at] = addresses.gradientOfColumn[column] + addresses.gradientOfRow[row]
    words[backOrder + at] = k
  }
}
