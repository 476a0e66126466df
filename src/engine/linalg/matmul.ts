/** Products of row-major float64 matrices, for the sizes of a layer. */

/** C += A·B with A [rows, inner], B [inner, cols], C [rows, cols], each from its own offset. */
export function multiplyInto(
  c: Float64Array,
  a: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  cols: number,
  offsetC = 0,
  offsetA = 0,
  offsetB = 0,
): void {
  // Four rows of A at once: each row of B is loaded once for four of C.
  let row = 0
  for (; row + 3 < rows; row += 4) {
    const c0 = offsetC + row * cols,
      c1 = c0 + cols,
      c2 = c1 + cols,
      c3 = c2 + cols
    const a0 = offsetA + row * inner,
      a1 = a0 + inner,
      a2 = a1 + inner,
      a3 = a2 + inner
    for (let k = 0; k < inner; k++) {
      const x0 = a[a0 + k],
        x1 = a[a1 + k],
        x2 = a[a2 + k],
        x3 = a[a3 + k]
      if (x0 === 0 && x1 === 0 && x2 === 0 && x3 === 0) continue
      const from = offsetB + k * cols
      for (let j = 0; j < cols; j++) {
        const y = b[from + j]
        c[c0 + j] += x0 * y
        c[c1 + j] += x1 * y
        c[c2 + j] += x2 * y
        c[c3 + j] += x3 * y
      }
    }
  }
  for (; row < rows; row++) {
    const c0 = offsetC + row * cols
    const a0 = offsetA + row * inner
    for (let k = 0; k < inner; k++) {
      const x = a[a0 + k]
      if (x === 0) continue
      const from = offsetB + k * cols
      for (let j = 0; j < cols; j++) c[c0 + j] += x * b[from + j]
    }
  }
}

/** The transpose [cols, rows] of a [rows, cols] matrix. */
export function transpose(a: Float64Array, rows: number, cols: number): Float64Array {
  const out = new Float64Array(rows * cols)
  const tile = 32
  for (let i0 = 0; i0 < rows; i0 += tile) {
    const i1 = Math.min(rows, i0 + tile)
    for (let j0 = 0; j0 < cols; j0 += tile) {
      const j1 = Math.min(cols, j0 + tile)
      for (let i = i0; i < i1; i++) for (let j = j0; j < j1; j++) out[j * rows + i] = a[i * cols + j]
    }
  }
  return out
}
