/** How far the Gram matrix of a sparse or dense matrix is from σ²I. */

/**
 * Work space kept between calls, up to this many entries: a deep network has a thousand kernels of one shape.
 */
const KEPT_ENTRIES = 1 << 18

/**
 * The nonzeros twice: slice s of the longer side holds `counts[s]` of them from `s·pitch`, with their index
 * along the smaller side; line i of the smaller side holds the slices of `lineCounts[i]` of them from
 * `i·long`. The pitch is the smaller side and 8 more, since slices a power of two apart would meet in a few
 * sets of the cache.
 */
interface Nonzeros {
  readonly pitch: number
  readonly side: number
  readonly long: number
  readonly counts: Int32Array
  readonly at: Int32Array
  readonly values: Float64Array
  readonly lineCounts: Int32Array
  readonly slices: Int32Array
  /** Zeros, for one line of the Gram matrix. */
  readonly line: Float64Array
}

let kept: Nonzeros | null = null

function emptyNonzeros(side: number, long: number): Nonzeros {
  if (kept?.side === side && kept.long === long) {
    kept.counts.fill(0)
    kept.lineCounts.fill(0)
    kept.line.fill(0)
    return kept
  }
  const pitch = side + 8
  const made = {
    pitch,
    side,
    long,
    counts: new Int32Array(long),
    at: new Int32Array(pitch * long),
    values: new Float64Array(pitch * long),
    lineCounts: new Int32Array(side),
    slices: new Int32Array(side * long),
    line: new Float64Array(side),
  }
  if (side * long <= KEPT_ENTRIES) kept = made
  return made
}

/** Read once, in the order of the memory. */
function nonzerosOf(values: Float64Array, rows: number, cols: number): Nonzeros {
  const found = emptyNonzeros(Math.min(rows, cols), Math.max(rows, cols))
  if (rows > cols) readRows(values, rows, cols, found)
  else readColumns(values, rows, cols, found)
  return found
}

/** Slices are rows. */
function readRows(values: Float64Array, rows: number, cols: number, found: Nonzeros): void {
  const { pitch, long, counts, at, values: held, lineCounts, slices } = found
  for (let row = 0, from = 0; row < rows; row++) {
    let to = row * pitch
    for (let col = 0; col < cols; col++, from++) {
      const value = values[from]
      if (value === 0) continue
      at[to] = col
      held[to++] = value
      slices[col * long + lineCounts[col]++] = row
    }
    counts[row] = to - row * pitch
  }
}

/** Slices are columns. */
function readColumns(values: Float64Array, rows: number, cols: number, found: Nonzeros): void {
  const { pitch, long, counts, at, values: held, lineCounts, slices } = found
  for (let row = 0, from = 0; row < rows; row++) {
    let n = row * long
    for (let col = 0; col < cols; col++, from++) {
      const value = values[from]
      if (value === 0) continue
      const to = col * pitch + counts[col]++
      at[to] = row
      held[to] = value
      slices[n++] = col
    }
    lineCounts[row] = n - row * long
  }
}

/**
 * ‖A·Aᵀ − σ²I‖_max over the smaller side of a row-major [rows, cols] matrix; NaN if any entry of the Gram
 * matrix is. One line of its upper triangle at a time: the cost is the squares of the nonzeros of each slice
 * of the longer side, so a sparse matrix is cheap.
 */
export function orthogonalityResidual(values: Float64Array, rows: number, cols: number, sigma = 1): number {
  const found = nonzerosOf(values, rows, cols)
  const { pitch, side, long, counts, at, values: held, lineCounts, slices, line } = found
  const square = sigma * sigma
  // Entries of a slice before this one belong to lines that are done.
  const next = new Int32Array(long)
  let worst = 0
  for (let i = 0; i < side; i++) {
    for (let n = i * long, last = n + lineCounts[i]; n < last; n++) {
      const slice = slices[n]
      const first = slice * pitch + next[slice]++
      const end = slice * pitch + counts[slice]
      const x = held[first]
      for (let k = first; k < end; k++) line[at[k]] += x * held[k]
    }
    line[i] -= square
    for (let j = i; j < side; j++) {
      const off = Math.abs(line[j])
      if (Number.isNaN(off)) return Number.NaN
      if (off > worst) worst = off
      line[j] = 0
    }
  }
  return worst
}
