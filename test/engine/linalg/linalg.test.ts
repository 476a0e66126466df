import { Matrix, SingularValueDecomposition } from 'ml-matrix'
import { expect, test } from 'vitest'
import { orthogonalityResidual } from '../../../src/engine/linalg/gram.ts'
import { haarOrthogonal, qr } from '../../../src/engine/linalg/householder.ts'
import { multiplyInto, transpose } from '../../../src/engine/linalg/matmul.ts'
import { singularValues } from '../../../src/engine/linalg/singular-values.ts'
import { Stream } from '../../../src/engine/rng.ts'

const gaussian = (count: number, seed: number): Float64Array => {
  const draw = Stream.root(seed)
  return Float64Array.from({ length: count }, () => draw.normal())
}
const worst = (a: Float64Array, b: ArrayLike<number>): number =>
  a.reduce((most, value, k) => Math.max(most, Math.abs(value - b[k])), 0)

test.each([
  [1, 1],
  [7, 4],
  [40, 40],
  [61, 23],
])('QR of %d × %d: Q orthonormal, R triangular with a diagonal ≥ 0, Q·R the matrix', (rows, cols) => {
  const matrix = gaussian(rows * cols, 1)
  const { q, r } = qr(matrix, rows, cols)
  expect(orthogonalityResidual(q, rows, cols)).toBeLessThan(1e-13)
  for (let i = 0; i < cols; i++) {
    expect(r[i * cols + i]).toBeGreaterThanOrEqual(0)
    for (let j = 0; j < i; j++) expect(r[i * cols + j]).toBe(0)
  }
  const product = new Float64Array(rows * cols)
  multiplyInto(product, q, r, rows, cols, cols)
  expect(worst(product, matrix)).toBeLessThan(1e-13 * rows)
})

test('products and transposes agree with an independent library', () => {
  const a = gaussian(7 * 9, 2),
    b = gaussian(9 * 5, 3)
  const product = new Float64Array(35)
  multiplyInto(product, a, b, 7, 9, 5)
  expect(
    worst(
      product,
      Matrix.from1DArray(7, 9, [...a])
        .mmul(Matrix.from1DArray(9, 5, [...b]))
        .to1DArray(),
    ),
  ).toBeLessThan(1e-13)
  expect([...transpose(a, 7, 9)]).toEqual(
    Matrix.from1DArray(7, 9, [...a])
      .transpose()
      .to1DArray(),
  )
})

test.each([
  [1, 1],
  [12, 12],
  [30, 8],
  [8, 30],
  [3, 1],
])('singular values of %d × %d agree with an independent library', (rows, cols) => {
  const matrix = gaussian(rows * cols, 4)
  const expected = new SingularValueDecomposition(Matrix.from1DArray(rows, cols, [...matrix]), {
    autoTranspose: true,
  }).diagonal
  expect(worst(singularValues(matrix, rows, cols), expected)).toBeLessThan(1e-12)
})

test('singular values of known spectra, rank-deficient, zero and not finite', () => {
  const n = 50
  const u = haarOrthogonal(n, n, Stream.root(5)),
    v = haarOrthogonal(n, n, Stream.root(6))
  const spectrum = Float64Array.from({ length: n }, (_, k) => (k < 40 ? 10 ** (3 - k / 4) : 0))
  const scaled = u.map((value, k) => value * spectrum[k % n])
  const matrix = new Float64Array(n * n)
  multiplyInto(matrix, scaled, v, n, n, n)
  expect(worst(singularValues(matrix, n, n), spectrum)).toBeLessThan(1e-12 * 1000)
  expect([...singularValues(new Float64Array(6), 2, 3)]).toEqual([0, 0])
  expect(singularValues(Float64Array.of(1, NaN, 2, 3), 2, 2).every((value) => Number.isNaN(value))).toBe(true)
  expect(worst(singularValues(Float64Array.of(0, 2, 0, 0), 2, 2), [2, 0])).toBeLessThan(1e-15)
})

test('the residual is the largest deviation of the smaller Gram matrix, and NaN is not hidden', () => {
  expect(orthogonalityResidual(Float64Array.of(1, 0, 0, 0, 1, 0.5), 2, 3)).toBeCloseTo(0.25, 15)
  expect(orthogonalityResidual(Float64Array.of(1, 0, 0, 0.5, 0, 1), 3, 2)).toBeCloseTo(0.25, 15)
  expect(orthogonalityResidual(Float64Array.of(2, 0, 0, 2), 2, 2, 2)).toBe(0)
  expect(orthogonalityResidual(Float64Array.of(NaN, 0, 0, 1), 2, 2)).toBeNaN()
})
