/** An orthogonal matrix from the QR decomposition, by Givens rotations, of a random matrix with a pattern. */
import type { Stream } from '../rng.ts'
import { GivensMatrix } from './givens.ts'

export interface PatternOverlap {
  /** Positions of the pattern. */
  readonly positions: number
  /** Share of the kept positions that lie inside it. */
  readonly inside: number
  /** Share of its positions that are kept. */
  readonly used: number
}

export interface PatternedMatrix {
  /** [rows, cols], row-major; exactly 0 where the mask is 0. */
  readonly values: Float64Array
  readonly mask: Uint8Array
  readonly rotations: number
  readonly overlap: PatternOverlap
}

interface Turn {
  readonly first: number
  readonly second: number
  readonly cos: number
  readonly sin: number
}

/** Below this share of the largest, a value of the product is rounding of a 0. */
const ROUNDING = 1e-13

/**
 * Rotations of columns that make A [short, long] lower triangular: A·G₁·…·G_k = L. Row by row, each nonzero
 * right of the diagonal is turned into the diagonal (Golub and Van Loan, 5.2.3).
 */
function triangularize(a: Float64Array, short: number, long: number): Turn[] {
  const turns: Turn[] = []
  for (let row = 0; row < short; row++) {
    for (let column = row + 1; column < long; column++) {
      const y = a[row * long + column]
      if (y === 0) continue
      const x = a[row * long + row]
      const size = Math.hypot(x, y)
      // x = 0 swaps the columns, with exact zeros and ones.
      const cos = x === 0 ? 0 : x / size
      const sin = x === 0 ? Math.sign(y) : y / size
      for (let below = row; below < short; below++) {
        const at = below * long
        const left = a[at + row]
        const right = a[at + column]
        a[at + row] = cos * left + sin * right
        a[at + column] = cos * right - sin * left
      }
      a[row * long + column] = 0
      turns.push({ first: row, second: column, cos, sin })
    }
  }
  return turns
}

/**
 * The orthogonal factor of a matrix with independent normal entries on `pattern` [rows, cols], times `gain`:
 * with A = L·Q, Q is the identity rotated by the same rotations backwards, so that it stays a product of
 * Givens rotations, as EOI's matrices are. The vectors of the shorter side are orthonormal to rounding. They
 * span those of A: where vectors of the pattern overlap in part, positions outside it are needed; the overlap
 * says how many.
 */
export function patternedMatrix(
  { rows, cols, gain, stream }: { rows: number; cols: number; gain: number; stream: Stream },
  pattern: Uint8Array,
): PatternedMatrix {
  const transposed = rows > cols
  const short = Math.min(rows, cols)
  const long = Math.max(rows, cols)
  const a = new Float64Array(short * long)
  for (let row = 0; row < short; row++)
    for (let column = 0; column < long; column++)
      if (pattern[transposed ? column * cols + row : row * cols + column])
        a[row * long + column] = stream.normal()
  const turns = triangularize(a, short, long)
  const matrix = new GivensMatrix(short, long)
  for (const { first, second, cos, sin } of turns.toReversed()) matrix.rotate(first, second, cos, -sin)
  const values = new Float64Array(rows * cols)
  const mask = new Uint8Array(rows * cols)
  matrix.moveTo(values, mask, gain, transposed)
  for (let k = 0; k < values.length; k++) {
    if (Math.abs(values[k]) > ROUNDING * gain) continue
    values[k] = 0
    mask[k] = 0
  }
  return { values, mask, rotations: turns.length, overlap: overlapOf(mask, pattern) }
}

function overlapOf(mask: Uint8Array, pattern: Uint8Array): PatternOverlap {
  let kept = 0
  let positions = 0
  let both = 0
  for (let k = 0; k < mask.length; k++) {
    kept += mask[k]
    positions += pattern[k]
    both += mask[k] & pattern[k]
  }
  return { positions, inside: kept === 0 ? 0 : both / kept, used: positions === 0 ? 0 : both / positions }
}
