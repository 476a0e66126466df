/**
 * The linear operator of a convolution, with circular padding at a map of a given size: its singular values
 * without its matrix (Sedghi et al. 2018, arXiv 1805.10408).
 *
 * Over space the operator is diagonal in the Fourier basis: at each frequency it is the matrix F(u, v)[in,
 * out] = Σ K[a, b]·exp(2πi(ua/H + vb/W)), and its singular values are those of all F together. Taps number
 * few, so F is summed directly and no transform is needed. A stride of s keeps every s-th place of the
 * output, which folds s × s input frequencies onto one: there the matrix is [s·s·in, out], their F one over
 * the other, divided by s. A real kernel has equal values at (u, v) and (−u, −v).
 */
import { singularValues } from './singular-values.ts'

export interface OperatorGeometry {
  /** Rows and columns of the input map, multiples of the stride. */
  readonly map: readonly [number, number]
  readonly stride: number
  readonly dilation: number
  readonly groups: number
}

/** A kernel [taps, in / groups, out], row-major; of a depthwise one in / groups is 1 and out the channels. */
export interface OperatorKernel {
  readonly values: Float64Array
  readonly height: number
  readonly width: number
  /** Input channels of one group. */
  readonly inputs: number
  /** Output channels of all groups. */
  readonly outputs: number
}

/** An output frequency, and how many it stands for: 2 for one of a pair of conjugates. */
export interface Frequency {
  readonly row: number
  readonly column: number
  readonly count: 1 | 2
}

/** A tap that holds a value: where it is, in places of the map, and where its matrix begins. */
export interface Tap {
  readonly row: number
  readonly column: number
  readonly offset: number
}

/** The taps that hold any value, in order. */
export function heldTaps(kernel: OperatorKernel, { dilation }: Pick<OperatorGeometry, 'dilation'>): Tap[] {
  const { values, height, width, inputs, outputs } = kernel
  const size = inputs * outputs
  return Array.from({ length: height * width }, (_, tap) => ({
    row: Math.floor(tap / width) * dilation,
    column: (tap % width) * dilation,
    offset: tap * size,
  })).filter(({ offset }) => values.subarray(offset, offset + size).some((value) => value !== 0))
}

/** The output frequencies, of conjugates one. */
export function outputFrequencies({ map, stride }: OperatorGeometry): Frequency[] {
  const [rows, columns] = [map[0] / stride, map[1] / stride]
  const frequencies: Frequency[] = []
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const place = row * columns + column
      const conjugate = ((rows - row) % rows) * columns + ((columns - column) % columns)
      if (place <= conjugate) frequencies.push({ row, column, count: place === conjugate ? 1 : 2 })
    }
  }
  return frequencies
}

/** Multiplications for the values at one frequency, of all groups. */
export function frequencyCost(kernel: OperatorKernel, { stride, groups }: OperatorGeometry): number {
  const rows = stride * stride * kernel.inputs
  const columns = kernel.outputs / groups
  const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)]
  return groups * (short === 1 ? 2 * long : 16 * long * short * short)
}

/** Singular values of the complex [rows, columns] matrix re + i·im, descending. */
function complexSingularValues(
  re: Float64Array,
  im: Float64Array,
  rows: number,
  columns: number,
): Float64Array {
  if (Math.min(rows, columns) === 1) {
    let square = 0
    for (let k = 0; k < re.length; k++) square += re[k] * re[k] + im[k] * im[k]
    return Float64Array.of(Math.sqrt(square))
  }
  if (im.every((value) => value === 0)) return singularValues(re, rows, columns)
  // [[re, −im], [im, re]] has each value twice.
  const wide = 2 * columns
  const doubled = new Float64Array(4 * rows * columns)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const [x, y] = [re[i * columns + j], im[i * columns + j]]
      doubled[i * wide + j] = x
      doubled[i * wide + columns + j] = -y
      doubled[(rows + i) * wide + j] = y
      doubled[(rows + i) * wide + columns + j] = x
    }
  }
  return singularValues(doubled, 2 * rows, wide).filter((_, k) => k % 2 === 0)
}

/** exp(2πi·turns), exact at the quarters, so that matrices that are real stay real. */
function phase(turns: number): readonly [number, number] {
  const part = turns - Math.floor(turns)
  if (part === 0) return [1, 0]
  if (part === 0.5) return [-1, 0]
  if (part === 0.25) return [0, 1]
  if (part === 0.75) return [0, -1]
  return [Math.cos(2 * Math.PI * part), Math.sin(2 * Math.PI * part)]
}

/**
 * Singular values at one output frequency, min(s·s·in, out) of each group, by group descending. `taps` from
 * heldTaps.
 */
export function valuesAt(
  kernel: OperatorKernel,
  geometry: OperatorGeometry,
  taps: readonly Tap[],
  frequency: Frequency,
): Float64Array {
  const { values, inputs, outputs } = kernel
  const { map, stride, groups } = geometry
  const each = outputs / groups
  const rows = stride * stride * inputs
  const found: number[] = []
  const re = new Float64Array(rows * each)
  const im = new Float64Array(rows * each)
  for (let group = 0; group < groups; group++) {
    re.fill(0)
    im.fill(0)
    for (let fold = 0; fold < stride * stride; fold++) {
      const u = (frequency.row + (Math.floor(fold / stride) * map[0]) / stride) / map[0]
      const v = (frequency.column + ((fold % stride) * map[1]) / stride) / map[1]
      for (const tap of taps) {
        const [cosine, sine] = phase(u * tap.row + v * tap.column)
        for (let i = 0; i < inputs; i++) {
          const from = tap.offset + i * outputs + group * each
          const to = (fold * inputs + i) * each
          for (let j = 0; j < each; j++) {
            const value = values[from + j] / stride
            re[to + j] += cosine * value
            im[to + j] += sine * value
          }
        }
      }
    }
    found.push(...complexSingularValues(re, im, rows, each))
  }
  return Float64Array.from(found)
}

/**
 * All singular values, descending: one for each place of the smaller side of the operator's matrix. Throws
 * RangeError where the stride does not divide the map.
 */
export function operatorSingularValues(kernel: OperatorKernel, geometry: OperatorGeometry): Float64Array {
  checkGeometry(geometry)
  const taps = heldTaps(kernel, geometry)
  const found: number[] = []
  for (const frequency of outputFrequencies(geometry)) {
    const values = valuesAt(kernel, geometry, taps, frequency)
    for (let copy = 0; copy < frequency.count; copy++) found.push(...values)
  }
  return Float64Array.from(found).sort().reverse()
}

export function checkGeometry({ map, stride }: OperatorGeometry): void {
  if (map.some((side) => !(side >= 1) || side % stride !== 0))
    throw new RangeError(`operator: a map of ${map.join(' × ')} is no multiple of the stride ${stride}`)
}
