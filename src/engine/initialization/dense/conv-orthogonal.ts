import { BenchError } from '../../../shared/contract/errors.ts'
import { haarOrthogonal } from '../../linalg/householder.ts'
import { multiplyInto, transpose } from '../../linalg/matmul.ts'
import type { Stream } from '../../rng.ts'
import { orthogonal } from './orthogonal.ts'
import type { DenseInitializer } from './types.ts'

/** A random symmetric projection P = C·Cᵀ of n-space, kept as its factor. */
interface Projection {
  readonly factor: Float64Array
  readonly factorTransposed: Float64Array
  readonly rank: number
}

function randomProjection(n: number, stream: Stream): Projection {
  const basis = haarOrthogonal(n, n, stream)
  // Each basis vector is taken by a coin: the rank is binomial, as in the authors' code.
  const taken: number[] = []
  for (let row = 0; row < n; row++) if (stream.normal() > 0) taken.push(row)
  const factorTransposed = new Float64Array(taken.length * n)
  taken.forEach((row, k) => factorTransposed.set(basis.subarray(row * n, (row + 1) * n), k * n))
  return { factor: transpose(factorTransposed, taken.length, n), factorTransposed, rank: taken.length }
}

/** X·P for X [rows, n]. */
function project(x: Float64Array, rows: number, n: number, projection: Projection): Float64Array {
  const inner = new Float64Array(rows * projection.rank)
  multiplyInto(inner, x, projection.factor, rows, n, projection.rank)
  const out = new Float64Array(rows * n)
  multiplyInto(out, inner, projection.factorTransposed, rows, projection.rank, n)
  return out
}

function addInto(sum: Float64Array, terms: Float64Array): void {
  for (let k = 0; k < sum.length; k++) sum[k] += terms[k]
}

const minus = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, k) => value - b[k])

/**
 * Block convolution of a `side` × `side` kernel of [rows, n] taps with the 2 × 2 orthogonal kernel
 * [[PQ, P(I−Q)], [(I−P)Q, (I−P)(I−Q)]] of two random projections.
 */
function grow(
  taps: readonly Float64Array[],
  side: number,
  rows: number,
  n: number,
  stream: Stream,
): Float64Array[] {
  const p = randomProjection(n, stream)
  const q = randomProjection(n, stream)
  const next = side + 1
  const out = Array.from({ length: next * next }, () => new Float64Array(rows * n))
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      const x = taps[i * side + j]
      const xp = project(x, rows, n, p)
      const rest = minus(x, xp)
      const xpq = project(xp, rows, n, q)
      const restQ = project(rest, rows, n, q)
      addInto(out[i * next + j], xpq)
      addInto(out[i * next + j + 1], minus(xp, xpq))
      addInto(out[(i + 1) * next + j], restQ)
      addInto(out[(i + 1) * next + j + 1], minus(rest, restQ))
    }
  }
  return out
}

/**
 * Orthogonal convolution (Xiao et al. 2018, arXiv 1806.05393, algorithm 1): H [in, out] with orthonormal
 * rows, block convolved with k − 1 random 2 × 2 orthogonal kernels. With circular padding and stride 1 it
 * keeps norms for in ≤ out; for in > out its adjoint does. Depthwise kernels get one unit filter a channel.
 * Throws BenchError('impossible') for kernels that are not square.
 */
export const convOrthogonal: DenseInitializer = (shape, gain, stream, where) => {
  if (shape.depthwise) return orthogonal(shape, gain, stream, where)
  const { height, width, inputs, outputs } = shape
  if (height !== width) {
    const nearest = Math.max(height, width)
    throw new BenchError(
      'impossible',
      `conv-orthogonal needs a square kernel, got ${height} × ${width}. ` +
        `The nearest: ${nearest} × ${nearest}; or take orthogonal or delta-orthogonal.`,
      where,
    )
  }
  const rows = Math.min(inputs, outputs)
  const n = Math.max(inputs, outputs)
  let taps: Float64Array[] = [haarOrthogonal(rows, n, stream)]
  for (let side = 1; side < height; side++) taps = grow(taps, side, rows, n, stream)
  const values = new Float64Array(shape.entries)
  taps.forEach((tap, k) => {
    const matrix = inputs <= outputs ? tap : transpose(tap, rows, n)
    for (let e = 0; e < matrix.length; e++) values[k * matrix.length + e] = gain * matrix[e]
  })
  return values
}
