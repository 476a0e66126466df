/**
 * Householder reflections on row-major float64 matrices: QR, and Haar-distributed orthogonal matrices.
 * Reflections act on rows held contiguously (the transpose of the textbook's columns), four rows at a time.
 */
import type { Stream } from '../rng.ts'

/**
 * Turns x = v[from … to) into a reflection H = I − τ v vᵀ with H x = β e₁ and β = −sign(x₀)‖x‖; v is
 * overwritten with the reflection's vector, scaled so that v[from] = 1. Returns [τ, β]; τ = 0 when there is
 * nothing to do.
 */
function makeReflection(v: Float64Array, from: number, to: number): readonly [number, number] {
  let tail = 0
  for (let k = from + 1; k < to; k++) tail += v[k] * v[k]
  const head = v[from]
  if (tail === 0) {
    v[from] = 1
    return [0, head]
  }
  const beta = head >= 0 ? -Math.sqrt(head * head + tail) : Math.sqrt(head * head + tail)
  const scale = 1 / (head - beta)
  for (let k = from + 1; k < to; k++) v[k] *= scale
  v[from] = 1
  return [(beta - head) / beta, beta]
}

/**
 * Applies H = I − τ v vᵀ from the right to rows `first` … `last` − 1 of a (row length `width`), on entries
 * from … to − 1.
 */
function reflectRows(
  a: Float64Array,
  width: number,
  first: number,
  last: number,
  v: Float64Array,
  tau: number,
  from: number,
  to: number,
): void {
  let row = first
  for (; row + 3 < last; row += 4) {
    const a0 = row * width,
      a1 = a0 + width,
      a2 = a1 + width,
      a3 = a2 + width
    let s0 = 0,
      s1 = 0,
      s2 = 0,
      s3 = 0
    for (let k = from; k < to; k++) {
      const x = v[k]
      s0 += x * a[a0 + k]
      s1 += x * a[a1 + k]
      s2 += x * a[a2 + k]
      s3 += x * a[a3 + k]
    }
    s0 *= tau
    s1 *= tau
    s2 *= tau
    s3 *= tau
    for (let k = from; k < to; k++) {
      const x = v[k]
      a[a0 + k] -= s0 * x
      a[a1 + k] -= s1 * x
      a[a2 + k] -= s2 * x
      a[a3 + k] -= s3 * x
    }
  }
  for (; row < last; row++) {
    const a0 = row * width
    let sum = 0
    for (let k = from; k < to; k++) sum += v[k] * a[a0 + k]
    sum *= tau
    for (let k = from; k < to; k++) a[a0 + k] -= sum * v[k]
  }
}

export interface QrFactors {
  /** [rows, cols], row-major, orthonormal columns. */
  readonly q: Float64Array
  /** [cols, cols], row-major, upper triangular with a diagonal ≥ 0. */
  readonly r: Float64Array
}

/**
 * Thin QR of a [rows, cols] matrix, rows ≥ cols, with R's diagonal made non-negative, which makes the factors
 * unique (and Q Haar when the matrix is Gaussian). Does not change its input. Golub and Van Loan, 5.2.
 */
export function qr(matrix: Float64Array, rows: number, cols: number): QrFactors {
  if (rows < cols) throw new Error(`qr: expected at least as many rows as columns, got ${rows} × ${cols}`)
  // Work on the transpose: the columns of the matrix are contiguous.
  const work = new Float64Array(rows * cols)
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) work[j * rows + i] = matrix[i * cols + j]
  const taus = new Float64Array(cols)
  const r = new Float64Array(cols * cols)
  for (let j = 0; j < cols; j++) {
    const v = work.subarray(j * rows, (j + 1) * rows)
    for (let i = 0; i < j; i++) r[i * cols + j] = v[i]
    const [tau, beta] = makeReflection(v, j, rows)
    taus[j] = tau
    r[j * cols + j] = beta
    if (tau !== 0) reflectRows(work, rows, j + 1, cols, v, tau, j, rows)
  }
  const transposed = new Float64Array(rows * cols)
  for (let j = 0; j < cols; j++) transposed[j * rows + j] = 1
  for (let j = cols - 1; j >= 0; j--) {
    if (taus[j] !== 0)
      reflectRows(transposed, rows, j, cols, work.subarray(j * rows, (j + 1) * rows), taus[j], j, rows)
  }
  const q = new Float64Array(rows * cols)
  for (let j = 0; j < cols; j++) {
    const sign = r[j * cols + j] < 0 ? -1 : 1
    if (sign < 0) for (let k = j; k < cols; k++) r[j * cols + k] = -r[j * cols + k]
    for (let i = 0; i < rows; i++) q[i * cols + j] = sign * transposed[j * rows + i]
  }
  return { q, r }
}

/**
 * A Haar-distributed [rows, cols] matrix, row-major: orthonormal rows when rows ≤ cols, else orthonormal
 * columns.
 *
 * Stewart 1980 (The efficient generation of random orthogonal matrices): the Q of a Gaussian's QR, signs
 * fixed by R's diagonal, without the factorisation. What a reflection leaves of a Gaussian column is Gaussian
 * again and independent, so each reflection may be drawn from its own fresh vector of length `long`, `long` −
 * 1, ….
 */
export function haarOrthogonal(rows: number, cols: number, stream: Stream): Float64Array {
  const short = Math.min(rows, cols)
  const long = Math.max(rows, cols)
  // `wide` is [short, long]; its row j is column j of the thin Q.
  const wide = new Float64Array(short * long)
  const v = new Float64Array(long)
  for (let j = short - 1; j >= 0; j--) {
    for (let k = j; k < long; k++) v[k] = stream.normal()
    const [tau, beta] = makeReflection(v, j, long)
    // Q's column j is H₁ … H_j e_j times the sign of R's diagonal, which is the sign of β.
    wide[j * long + j] = beta < 0 ? -1 : 1
    if (tau !== 0) reflectRows(wide, long, j, short, v, tau, j, long)
  }
  if (rows <= cols) return wide
  const tall = new Float64Array(rows * cols)
  for (let j = 0; j < short; j++) for (let i = 0; i < long; i++) tall[i * short + j] = wide[j * long + i]
  return tall
}
