/**
 * Singular values alone: Householder bidiagonalisation, then implicit QL on the Golub–Kahan tridiagonal form.
 */
import { transpose } from './matmul.ts'

/**
 * Eigenvalues of the symmetric tridiagonal matrix with this diagonal and off-diagonal (length one less, or
 * padded), by implicit QL with Wilkinson shifts (Golub and Van Loan, 8.3). Ascending. Does not change its
 * inputs.
 */
export function tridiagonalEigenvalues(diagonal: Float64Array, offDiagonal: Float64Array): Float64Array {
  const n = diagonal.length
  const d = diagonal.slice()
  const e = new Float64Array(n)
  e.set(offDiagonal.subarray(0, Math.max(0, n - 1)))
  let norm = 0
  for (let k = 0; k < n; k++) norm = Math.max(norm, Math.abs(d[k]) + Math.abs(e[k]))
  // Against the whole norm, not the neighbours: a zero diagonal would otherwise never let an off-diagonal go.
  const negligible = Number.EPSILON * norm
  for (let l = 0; l < n; l++) {
    for (let round = 0; ; round++) {
      let m = l
      while (m < n - 1 && Math.abs(e[m]) > negligible) m++
      if (m === l) break
      if (round >= 200) throw new Error(`eigenvalues: no convergence at ${l} of ${n}`)
      let g = (d[l + 1] - d[l]) / (2 * e[l])
      let r = Math.hypot(g, 1)
      g = d[m] - d[l] + e[l] / (g + (g >= 0 ? r : -r))
      let s = 1
      let c = 1
      let p = 0
      let i = m - 1
      for (; i >= l; i--) {
        const f = s * e[i]
        const b = c * e[i]
        r = Math.sqrt(f * f + g * g)
        e[i + 1] = r
        if (r === 0) {
          d[i + 1] -= p
          e[m] = 0
          break
        }
        s = f / r
        c = g / r
        g = d[i + 1] - p
        r = (d[i] - g) * s + 2 * c * b
        p = s * r
        d[i + 1] = g + p
        g = c * r - b
      }
      if (r === 0 && i >= l) continue
      d[l] -= p
      e[l] = g
      e[m] = 0
    }
  }
  return d.sort()
}

/**
 * Reflects x[from … to) (step apart) onto its first entry; returns [τ, β] and leaves the vector with a
 * leading 1.
 */
function reflection(x: Float64Array, count: number): readonly [number, number] {
  let tail = 0
  for (let k = 1; k < count; k++) tail += x[k] * x[k]
  const head = x[0]
  x[0] = 1
  if (tail === 0) return [0, head]
  const beta = head >= 0 ? -Math.sqrt(head * head + tail) : Math.sqrt(head * head + tail)
  const scale = 1 / (head - beta)
  for (let k = 1; k < count; k++) x[k] *= scale
  return [(beta - head) / beta, beta]
}

/**
 * Upper bidiagonal form of a row-major [rows, cols] matrix, rows ≥ cols, in place: the diagonal and what is
 * right of it.
 */
function bidiagonalise(
  a: Float64Array,
  rows: number,
  cols: number,
): { diagonal: Float64Array; above: Float64Array } {
  const diagonal = new Float64Array(cols)
  const above = new Float64Array(cols)
  const left = new Float64Array(rows)
  const right = new Float64Array(cols)
  const sums = new Float64Array(cols)
  for (let k = 0; k < cols; k++) {
    const height = rows - k
    for (let i = 0; i < height; i++) left[i] = a[(k + i) * cols + k]
    const [tau, beta] = reflection(left, height)
    diagonal[k] = beta
    const width = cols - k - 1
    if (width === 0) break
    if (tau !== 0) {
      sums.fill(0)
      for (let i = 0; i < height; i++) {
        const x = left[i]
        const from = (k + i) * cols + k + 1
        if (x !== 0) for (let j = 0; j < width; j++) sums[j] += x * a[from + j]
      }
      for (let i = 0; i < height; i++) {
        const x = tau * left[i]
        const from = (k + i) * cols + k + 1
        if (x !== 0) for (let j = 0; j < width; j++) a[from + j] -= x * sums[j]
      }
    }
    const row = k * cols + k + 1
    for (let j = 0; j < width; j++) right[j] = a[row + j]
    const [tauRight, betaRight] = reflection(right, width)
    above[k] = betaRight
    if (tauRight === 0) continue
    for (let i = 1; i < height; i++) {
      const from = (k + i) * cols + k + 1
      let sum = 0
      for (let j = 0; j < width; j++) sum += a[from + j] * right[j]
      sum *= tauRight
      for (let j = 0; j < width; j++) a[from + j] -= sum * right[j]
    }
  }
  return { diagonal, above }
}

/**
 * All min(rows, cols) singular values of a row-major [rows, cols] matrix, descending, each to about ε·σ_max;
 * NaN for a matrix that is not finite.
 *
 * The bidiagonal B has the singular values that the symmetric [[0, Bᵀ], [B, 0]] has as eigenvalues ±σ;
 * reordered, that is tridiagonal with a zero diagonal and the off-diagonal b₁₁, b₁₂, b₂₂, b₂₃, … (Golub and
 * Van Loan, 8.6).
 */
export function singularValues(values: Float64Array, rows: number, cols: number): Float64Array {
  const work = rows >= cols ? values.slice() : transpose(values, rows, cols)
  const n = Math.min(rows, cols)
  let largest = 0
  let finite = true
  for (let k = 0; k < work.length; k++) {
    const size = Math.abs(work[k])
    if (size > largest) largest = size
    finite &&= Number.isFinite(size)
  }
  const out = new Float64Array(n)
  if (!finite) return out.fill(Number.NaN)
  if (largest === 0) return out
  for (let k = 0; k < work.length; k++) work[k] /= largest
  const { diagonal, above } = bidiagonalise(work, Math.max(rows, cols), n)
  const off = new Float64Array(2 * n)
  for (let k = 0; k < n; k++) {
    off[2 * k] = diagonal[k]
    off[2 * k + 1] = above[k]
  }
  const eigenvalues = tridiagonalEigenvalues(new Float64Array(2 * n), off)
  for (let k = 0; k < n; k++) out[k] = largest * Math.max(0, eigenvalues[2 * n - 1 - k])
  return out
}
