/**
 * Sparsity-Aware Orthogonal initialization (Esguerra et al. 2023): exactly orthogonal from small dense
 * blocks.
 */
import { Matrix, SingularValueDecomposition } from 'ml-matrix'
import { BenchError } from '../../shared/contract/errors.ts'
import { haarOrthogonal } from '../linalg/householder.ts'
import type { Stream } from '../rng.ts'
import { centreOffset, matrixShape, kernelShapeOf } from './kernel-shape.ts'
import type { MakeKernel } from './types.ts'

export interface SaoMatrixRequest {
  /** [rows, cols]; wide, tall or square. */
  readonly rows: number
  readonly cols: number
  /** Nonzeros of each vector of the shorter side. */
  readonly degree: number
  readonly gain: number
  /** Whether to build [[W, −W], [−W, W]] of a W of half the size and half the degree, for relu. */
  readonly rectifier: boolean
  readonly stream: Stream
  /** Draws the c × c orthogonal matrices; default Haar's. */
  readonly draw?: (side: number, stream: Stream) => Float64Array
  readonly where: string
}

/**
 * Degrees that a wide [short, long] matrix allows: c divides the long side, and long/c divides the short one.
 */
export function saoDegrees(rows: number, cols: number, rectifier = false): number[] {
  const halving = rectifier ? 2 : 1
  const short = Math.min(rows, cols) / halving
  const long = Math.max(rows, cols) / halving
  if (!Number.isInteger(short) || !Number.isInteger(long)) return []
  const degrees: number[] = []
  for (let c = 1; c <= long; c++) if (long % c === 0 && short % (long / c) === 0) degrees.push(c * halving)
  return degrees
}

function checkDegree({ rows, cols, degree, rectifier, where }: SaoMatrixRequest): void {
  const allowed = saoDegrees(rows, cols, rectifier)
  if (allowed.includes(degree)) return
  const variant = rectifier ? ' for relu' : ''
  if (allowed.length === 0) {
    throw new BenchError(
      'impossible',
      `SAO${variant} of a ${rows} × ${cols} matrix needs even sides. ` +
        `The nearest shape: ${rows + (rows % 2)} × ${cols + (cols % 2)}.`,
      where,
    )
  }
  const below = allowed.filter((c) => c < degree).at(-1)
  const above = allowed.find((c) => c > degree)
  const nearest = [below, above].filter((c) => c !== undefined).join(' and ')
  throw new BenchError(
    'impossible',
    `SAO degree ${degree}${variant} does not fit a ${rows} × ${cols} matrix: the degree must divide ` +
      `the longer side, and their quotient the shorter. The nearest degrees allowed: ${nearest}.`,
    where,
  )
}

/**
 * The wide [short, long] matrix of degree c, row-major. The columns are parted at random into long/c groups
 * of c; row r has the group r mod (long/c); the rows that share a group get distinct rows of one Haar c × c
 * matrix.
 */
function wideMatrix(
  short: number,
  long: number,
  c: number,
  stream: Stream,
  draw?: SaoMatrixRequest['draw'],
): Float64Array {
  const groups = long / c
  const repeats = short / groups
  const order = stream.split('mask').permutation(long)
  const draws = stream.split('values')
  const values = new Float64Array(short * long)
  for (let group = 0; group < groups; group++) {
    // As many rows as share the group: the first of a whole matrix of the public code's, or fewer of Haar's.
    const block = draw ? draw(c, draws) : haarOrthogonal(repeats, c, draws)
    for (let repeat = 0; repeat < repeats; repeat++) {
      const row = (repeat * groups + group) * long
      for (let k = 0; k < c; k++) values[row + order[group * c + k]] = block[repeat * c + k]
    }
  }
  return values
}

/**
 * An exactly orthogonal [rows, cols] matrix with `degree` nonzeros in every vector of its shorter side and as
 * many, in proportion, in every one of the longer. With `rectifier`, [[W, −W], [−W, W]]: relu networks of
 * such layers act on (relu(z), relu(−z)) as W on z. Throws BenchError('impossible') naming the nearest
 * degrees allowed.
 */
export function saoMatrix(request: SaoMatrixRequest): { values: Float64Array; mask: Uint8Array } {
  checkDegree(request)
  const { rows, cols, degree, gain, rectifier, stream } = request
  const halving = rectifier ? 2 : 1
  const short = Math.min(rows, cols) / halving
  const long = Math.max(rows, cols) / halving
  const wide = wideMatrix(short, long, degree / halving, stream, request.draw)
  const transposed = rows > cols
  const values = new Float64Array(rows * cols)
  const mask = new Uint8Array(rows * cols)
  for (let i = 0; i < short * halving; i++) {
    for (let j = 0; j < long * halving; j++) {
      const value = wide[(i % short) * long + (j % long)]
      if (value === 0) continue
      const to = transposed ? j * cols + i : i * cols + j
      values[to] = i < short === j < long ? gain * value : -gain * value
      mask[to] = 1
    }
  }
  return { values, mask }
}

/**
 * What the public code takes for a random orthogonal matrix: the left singular vectors, [side, side]
 * row-major, of a matrix uniform on [0, 1). Not Haar: the first column is nearly constant, ±1/√side, since
 * the matrix is nearly so.
 */
export function orthogonalisedUniform(side: number, stream: Stream): Float64Array {
  const uniform = Array.from({ length: side }, () => Array.from({ length: side }, () => stream.uniform()))
  const left = new SingularValueDecomposition(new Matrix(uniform), { computeRightSingularVectors: false })
    .leftSingularVectors
  return Float64Array.from({ length: side * side }, (_, k) => left.get(Math.floor(k / side), k % side))
}

/**
 * SAO of a kernel, at the degree of the settings; the density asked is not used. Convolutions hold the matrix
 * at their centre and keep whole filters. Variant published: values from orthogonalisedUniform. Throws
 * BenchError('impossible') for depthwise kernels, even kernels and degrees that do not divide.
 */
export const sao: MakeKernel = ({ parameter, settings, stream, activation, variant }) => {
  const shape = kernelShapeOf(parameter)
  if (shape.depthwise) {
    throw new BenchError(
      'impossible',
      'SAO has no form for depthwise kernels, whose channels are 1 × 1 matrices. Take EOI.',
      parameter.name,
    )
  }
  const { inputs, outputs } = shape
  const matrix = saoMatrix({
    rows: inputs,
    cols: outputs,
    degree: settings.saoDegree,
    gain: settings.gain,
    rectifier: activation === 'relu',
    stream,
    draw: variant === 'published' ? orthogonalisedUniform : undefined,
    where: parameter.name,
  })
  if (matrixShape(parameter).length === 2) return { ...matrix, notes: [] }
  const values = new Float64Array(shape.entries)
  const mask = new Uint8Array(shape.entries)
  values.set(matrix.values, centreOffset(shape, parameter.name))
  for (let start = 0; start < mask.length; start += matrix.mask.length) mask.set(matrix.mask, start)
  return { values, mask, notes: [] }
}
