/** The one matrix product of the reference evaluation. */
import type { FloatArray, TensorData } from '../ir.ts'

/** Below this a float32 is denormal; such results become 0, since they slow every later step down. */
const SMALLEST_NORMAL = 1.1754943508222875e-38

/**
 * C[m, n] = op(A)·op(B), written (not added) at `offsetC`. Sums are taken in float64. Both factors are packed
 * so that the inner loop runs along memory, then 4 × 2 entries of C are formed at once in registers.
 */
export function multiplyInto(
  c: TensorData,
  offsetC: number,
  a: TensorData,
  offsetA: number,
  transposeA: boolean,
  b: TensorData,
  offsetB: number,
  transposeB: boolean,
  m: number,
  k: number,
  n: number,
): void {
  const left = packed(a, offsetA, m, k, transposeA)
  const right = packed(b, offsetB, n, k, !transposeB)
  const tiny = c instanceof Float32Array ? SMALLEST_NORMAL : 0
  const flush = (x: number): number => (x < tiny && x > -tiny ? 0 : x)
  const evenN = n - (n % 2)
  let i = 0
  for (; i + 4 <= m; i += 4) {
    const row0 = i * k
    const row1 = row0 + k
    const row2 = row1 + k
    const row3 = row2 + k
    for (let j = 0; j < evenN; j += 2) {
      const column0 = j * k
      const column1 = column0 + k
      let c00 = 0,
        c01 = 0,
        c10 = 0,
        c11 = 0,
        c20 = 0,
        c21 = 0,
        c30 = 0,
        c31 = 0
      for (let p = 0; p < k; p++) {
        const b0 = right[column0 + p]
        const b1 = right[column1 + p]
        const a0 = left[row0 + p]
        c00 += a0 * b0
        c01 += a0 * b1
        const a1 = left[row1 + p]
        c10 += a1 * b0
        c11 += a1 * b1
        const a2 = left[row2 + p]
        c20 += a2 * b0
        c21 += a2 * b1
        const a3 = left[row3 + p]
        c30 += a3 * b0
        c31 += a3 * b1
      }
      const to = offsetC + i * n + j
      c[to] = flush(c00)
      c[to + 1] = flush(c01)
      c[to + n] = flush(c10)
      c[to + n + 1] = flush(c11)
      c[to + 2 * n] = flush(c20)
      c[to + 2 * n + 1] = flush(c21)
      c[to + 3 * n] = flush(c30)
      c[to + 3 * n + 1] = flush(c31)
    }
    if (evenN < n)
      for (let r = i; r < i + 4; r++)
        c[offsetC + r * n + evenN] = flush(dot(left, r * k, right, evenN * k, k))
  }
  for (; i < m; i++) {
    for (let j = 0; j < n; j++) c[offsetC + i * n + j] = flush(dot(left, i * k, right, j * k, k))
  }
}

function dot(a: FloatArray, startA: number, b: FloatArray, startB: number, count: number): number {
  let total = 0
  for (let p = 0; p < count; p++) total += a[startA + p] * b[startB + p]
  return total
}

/** Rows [rows, k] in float64, from such rows or from [k, rows] when `transpose`. */
function packed(from: TensorData, offset: number, rows: number, k: number, transpose: boolean): Float64Array {
  if (!transpose && from instanceof Float64Array) return from.subarray(offset, offset + rows * k)
  const into = new Float64Array(rows * k)
  if (!transpose) {
    for (let i = 0; i < rows * k; i++) into[i] = from[offset + i]
    return into
  }
  // Blocks of 16 columns keep both sides in the cache.
  for (let block = 0; block < rows; block += 16) {
    const end = Math.min(block + 16, rows)
    for (let p = 0; p < k; p++) {
      const source = offset + p * rows
      for (let r = block; r < end; r++) into[r * k + p] = from[source + r]
    }
  }
  return into
}
