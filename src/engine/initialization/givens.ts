/**
 * Products of Givens rotations on a matrix kept by columns, each with the bit set of its support.
 *
 * A rotation touches two columns only and skips what is zero in both: its cost is the nonzeros of the two
 * columns (and one test per 32 rows). Nonzeros are counted structurally: after a rotation by an angle that is
 * no multiple of 90°, both columns have the union of the two supports, except on a set of angles of measure
 * zero.
 */

function bitCount(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555)
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333)
  x = (x + (x >>> 4)) & 0x0f0f0f0f
  return Math.imul(x, 0x01010101) >>> 24
}

/** Where a word's rows are rotated all at once instead of bit by bit: from this many set bits of 32. */
const CROWDED = 14

export class GivensMatrix {
  readonly rows: number
  readonly cols: number
  /** Entries in the supports of all columns together. */
  nonzeros: number
  readonly #values: Float64Array
  readonly #words: number
  readonly #support: Int32Array
  readonly #counts: Int32Array

  /** Entries that the matrix holds memory for. */
  get size(): number {
    return this.#values.length
  }

  /** The [rows, cols] rectangular identity, rows ≤ cols. */
  constructor(rows: number, cols: number) {
    if (rows > cols)
      throw new Error(`givens: expected at most as many rows as columns, got ${rows} × ${cols}`)
    this.rows = rows
    this.cols = cols
    this.nonzeros = rows
    this.#words = (rows + 31) >>> 5
    this.#values = new Float64Array(rows * cols)
    this.#support = new Int32Array(cols * this.#words)
    this.#counts = new Int32Array(cols)
    this.#setIdentity()
  }

  /** Makes it the identity again after `moveTo`: cheaper than new memory. */
  reset(): void {
    this.#counts.fill(0)
    this.#setIdentity()
  }

  /** Makes the identity one with the 1 of row k in column `order[k]`, distinct for all rows. */
  permute(order: ArrayLike<number>): void {
    for (let k = 0; k < this.rows; k++) {
      this.#values[k * this.rows + k] = 0
      this.#support[k * this.#words + (k >>> 5)] = 0
      this.#counts[k] = 0
    }
    for (let k = 0; k < this.rows; k++) this.#setOne(k, order[k])
  }

  #setIdentity(): void {
    this.nonzeros = this.rows
    for (let k = 0; k < this.rows; k++) this.#setOne(k, k)
  }

  #setOne(row: number, column: number): void {
    this.#values[column * this.rows + row] = 1
    this.#support[column * this.#words + (row >>> 5)] = 1 << (row & 31)
    this.#counts[column] = 1
  }

  /** Rows where column i or column j has a nonzero: the size of both supports after their rotation. */
  unionCount(i: number, j: number): number {
    const support = this.#support
    const words = this.#words
    const firstI = i * words
    const firstJ = j * words
    let count = 0
    for (let k = 0; k < words; k++) {
      const union = support[firstI + k] | support[firstJ + k]
      if (union !== 0) count += bitCount(union)
    }
    return count
  }

  /**
   * At most this many nonzeros are added by the rotation of columns i and j: as many as they hold, were they
   * disjoint.
   */
  mostAdded(i: number, j: number): number {
    return this.#counts[i] + this.#counts[j]
  }

  /** What `nonzeros` would be after the rotation of columns i and j. */
  nonzerosAfter(i: number, j: number): number {
    return this.nonzeros + 2 * this.unionCount(i, j) - this.#counts[i] - this.#counts[j]
  }

  /**
   * Rotates columns i and j: a_i' = c·a_i + s·a_j, a_j' = −s·a_i + c·a_j, with c = cos φ and s = sin φ.
   * For a multiple of 90° pass exact zeros and ones: supports are then swapped or kept, not merged.
   */
  rotate(i: number, j: number, c: number, s: number): void {
    const { rows } = this
    const values = this.#values
    const support = this.#support
    const words = this.#words
    const firstI = i * words
    const firstJ = j * words
    const columnI = i * rows
    const columnJ = j * rows
    const merges = c !== 0 && s !== 0
    let count = 0
    for (let k = 0; k < words; k++) {
      const wordI = support[firstI + k]
      const wordJ = support[firstJ + k]
      let union = wordI | wordJ
      if (union === 0) continue
      const row = k << 5
      const bits = bitCount(union)
      count += bits
      if (merges) {
        support[firstI + k] = union
        support[firstJ + k] = union
      } else if (c === 0) {
        support[firstI + k] = wordJ
        support[firstJ + k] = wordI
      }
      if (bits >= CROWDED && row + 32 <= rows) {
        const end = columnI + row + 32
        for (let p = columnI + row, q = columnJ + row; p < end; p++, q++) {
          const x = values[p]
          const y = values[q]
          values[p] = c * x + s * y
          values[q] = c * y - s * x
        }
      } else {
        while (union !== 0) {
          const lowest = union & -union
          union ^= lowest
          const at = row + 31 - Math.clz32(lowest)
          const x = values[columnI + at]
          const y = values[columnJ + at]
          values[columnI + at] = c * x + s * y
          values[columnJ + at] = c * y - s * x
        }
      }
    }
    if (merges) {
      this.nonzeros += 2 * count - this.#counts[i] - this.#counts[j]
      this.#counts[i] = count
      this.#counts[j] = count
    } else if (c === 0) {
      const swap = this.#counts[i]
      this.#counts[i] = this.#counts[j]
      this.#counts[j] = swap
    }
  }

  /**
   * Moves `gain` times the matrix and its support (1) into row-major arrays that hold zeros, as [rows, cols],
   * or `transposed` as [cols, rows]. What is left is zero, and good for `reset` alone.
   */
  moveTo(values: Float64Array, mask: Uint8Array, gain: number, transposed: boolean): void {
    const { rows, cols } = this
    const source = this.#values
    const support = this.#support
    const words = this.#words
    const rowStep = transposed ? 1 : cols
    const columnStep = transposed ? rows : 1
    // Words outside, columns inside: 32 output rows are written along, whichever way the output lies.
    for (let k = 0; k < words; k++) {
      for (let column = 0; column < cols; column++) {
        let word = support[column * words + k]
        support[column * words + k] = 0
        const from = column * rows + (k << 5)
        const to = (k << 5) * rowStep + column * columnStep
        while (word !== 0) {
          const lowest = word & -word
          word ^= lowest
          const row = 31 - Math.clz32(lowest)
          const at = to + row * rowStep
          values[at] = gain * source[from + row]
          mask[at] = 1
          source[from + row] = 0
        }
      }
    }
  }
}
