/** Gram matrices of sparse or dense matrices, and how far they are from σ²I. */

/**
 * Gram matrix of the smaller side of a row-major [rows, cols] matrix: A·Aᵀ when rows ≤ cols, else Aᵀ·A;
 * [side, side]. Cost: the squares of the nonzeros of each slice of the longer side, so a sparse matrix is
 * cheap.
 */
export function smallGram(
  values: Float64Array,
  rows: number,
  cols: number,
): { gram: Float64Array; side: number } {
  const side = Math.min(rows, cols)
  const long = Math.max(rows, cols)
  const gram = new Float64Array(side * side)
  const sliceStep = rows <= cols ? 1 : cols
  const entryStep = rows <= cols ? cols : 1
  const at = new Int32Array(side)
  const held = new Float64Array(side)
  for (let slice = 0; slice < long; slice++) {
    let count = 0
    for (let k = 0, from = slice * sliceStep; k < side; k++, from += entryStep) {
      const value = values[from]
      if (value !== 0) {
        at[count] = k
        held[count++] = value
      }
    }
    if (count === side) {
      for (let p = 0; p < side; p++) {
        const row = p * side
        const x = held[p]
        for (let q = p; q < side; q++) gram[row + q] += x * held[q]
      }
      continue
    }
    for (let p = 0; p < count; p++) {
      const row = at[p] * side
      const x = held[p]
      for (let q = p; q < count; q++) gram[row + at[q]] += x * held[q]
    }
  }
  for (let i = 0; i < side; i++) for (let j = 0; j < i; j++) gram[i * side + j] = gram[j * side + i]
  return { gram, side }
}

/** ‖G − σ²I‖_max of a [side, side] matrix; NaN if any entry is. */
export function residualOfGram(gram: Float64Array, side: number, sigma: number): number {
  let worst = 0
  const square = sigma * sigma
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      const off = Math.abs(gram[i * side + j] - (i === j ? square : 0))
      if (Number.isNaN(off)) return Number.NaN
      if (off > worst) worst = off
    }
  }
  return worst
}

/** ‖A·Aᵀ − σ²I‖_max over the smaller side of a row-major [rows, cols] matrix. */
export function orthogonalityResidual(values: Float64Array, rows: number, cols: number, sigma = 1): number {
  const { gram, side } = smallGram(values, rows, cols)
  return residualOfGram(gram, side, sigma)
}
