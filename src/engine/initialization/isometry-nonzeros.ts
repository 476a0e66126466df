/**
 * Approximate isometry on the kept weights alone, in float64: a step costs the pairs of nonzeros in the lines
 * of the longer side, about d² of the dense products, and no backend.
 *
 * With A's long lines l and short places s, G_st = Σ_l a_ls·a_lt and ∂‖G − σ_w²I‖_F/∂a_ls =
 * 2/‖D‖ · Σ_t a_lt·D_ts: both are sums over the pairs of one line.
 */
import type { Descent, IsometryLayer, IsometryRequest, Standing } from './isometry-types.ts'
import type { KernelShape } from './kernel-shape.ts'

/** A norm this small has no direction to descend in: the gradient is then taken as 0, as PyTorch does. */
export const SMALLEST_NORM = 1e-30

/** Kept weights of a matrix, line after line of its longer side, places of a line ascending. */
interface Lines {
  /** Sides of the smaller Gram matrix. */
  readonly side: number
  /** Where each line begins; one more at the end. */
  readonly starts: Int32Array
  readonly places: Int32Array
  readonly weights: Float64Array
  /** Entry of the kernel of each weight. */
  readonly entries: Int32Array
}

interface Matrix extends Lines {
  readonly layer: IsometryLayer
  /** The weights before the last step. */
  readonly before: Float64Array
}

/** Entry of a kernel at (row, column) of a channel's matrix; rows are taps and inputs, columns outputs. */
function entryOf({ channels, outputs }: KernelShape, channel: number, row: number, column: number): number {
  return channels > 1 ? row * channels + channel : row * outputs + column
}

function linesOf({ shape, mask, values }: IsometryLayer, channel: number): Lines {
  const columns = shape.channels > 1 ? 1 : shape.outputs
  const rows = shape.entries / shape.channels / columns
  const isTall = rows >= columns
  const [long, side] = isTall ? [rows, columns] : [columns, rows]
  const starts = new Int32Array(long + 1)
  const entries: number[] = []
  const places: number[] = []
  for (let line = 0; line < long; line++) {
    for (let place = 0; place < side; place++) {
      const entry = isTall ? entryOf(shape, channel, line, place) : entryOf(shape, channel, place, line)
      if (mask[entry] === 0) continue
      entries.push(entry)
      places.push(place)
    }
    starts[line + 1] = entries.length
  }
  return {
    side,
    starts,
    places: Int32Array.from(places),
    entries: Int32Array.from(entries),
    weights: Float64Array.from(entries, (entry) => values[entry]),
  }
}

/** D = G − σ_w²I in its upper triangle, row-major. */
function computeDifference(
  { side, starts, places, weights }: Lines,
  gain: number,
  difference: Float64Array,
): void {
  difference.fill(0)
  for (let line = 0; line < starts.length - 1; line++) {
    const end = starts[line + 1]
    for (let a = starts[line]; a < end; a++) {
      const weight = weights[a]
      const row = places[a] * side
      for (let b = a; b < end; b++) difference[row + places[b]] += weight * weights[b]
    }
  }
  for (let k = 0; k < side; k++) difference[k * (side + 1)] -= gain * gain
}

/** Frobenius norm of D, and its largest entry; both by squares, of which a comparison is cheap. */
function norms(
  side: number,
  difference: Float64Array,
): { readonly frobenius: number; readonly largest: number } {
  let diagonal = 0
  let above = 0
  let most = 0
  for (let row = 0; row < side; row++) {
    const start = row * (side + 1)
    const end = (row + 1) * side
    for (let k = start; k < end; k++) {
      const square = difference[k] * difference[k]
      above += square
      if (square > most) most = square
    }
    diagonal += difference[start] * difference[start]
  }
  return { frobenius: Math.sqrt(2 * above - diagonal), largest: Math.sqrt(most) }
}

/** A ← A − factor · A·D along the kept weights. `sums` has room for a line. */
function descend(
  { side, starts, places, weights }: Lines,
  difference: Float64Array,
  factor: number,
  sums: Float64Array,
): void {
  for (let line = 0; line < starts.length - 1; line++) {
    const start = starts[line]
    const end = starts[line + 1]
    sums.fill(0, 0, end - start)
    for (let a = start; a < end; a++) {
      const weight = weights[a]
      const row = places[a] * side
      let sum = weight * difference[row + places[a]]
      for (let b = a + 1; b < end; b++) {
        const value = difference[row + places[b]]
        sum += weights[b] * value
        sums[b - start] += weight * value
      }
      sums[a - start] += sum
    }
    for (let a = start; a < end; a++) weights[a] -= factor * sums[a - start]
  }
}

/** Products of a step, of both sums over pairs. */
export function nonzeroWork(layers: readonly IsometryLayer[]): number {
  let work = 0
  for (const layer of layers) {
    for (let channel = 0; channel < layer.shape.channels; channel++) {
      const { side, starts } = linesOf(layer, channel)
      work += side * side
      for (let line = 0; line + 1 < starts.length; line++) work += (starts[line + 1] - starts[line]) ** 2
    }
  }
  return work
}

/** Descent over the nonzeros, for any density; the less is kept, the faster. */
export function nonzeroDescent({ layers, gain, rate }: IsometryRequest): Descent {
  const matrices = layers.flatMap((layer) =>
    Array.from({ length: layer.shape.channels }, (_, channel): Matrix => {
      const lines = linesOf(layer, channel)
      return { ...lines, layer, before: lines.weights.slice() }
    }),
  )
  const largest = Math.max(0, ...matrices.map(({ side }) => side))
  // One difference for all matrices stays in the processor's cache.
  const differences = new Float64Array(largest * largest)
  const sums = new Float64Array(largest)
  const over = (each: (matrix: Matrix, difference: Float64Array, norm: number) => void): Standing => {
    let loss = 0
    let residual = 0
    for (const matrix of matrices) {
      const difference = differences.subarray(0, matrix.side * matrix.side)
      computeDifference(matrix, gain, difference)
      const found = norms(matrix.side, difference)
      loss += found.frobenius
      residual = Math.max(residual, found.largest)
      each(matrix, difference, found.frobenius)
    }
    return { loss, residual }
  }
  return {
    step: () =>
      over((matrix, difference, norm) => {
        matrix.before.set(matrix.weights)
        descend(matrix, difference, (2 * rate) / Math.max(norm, SMALLEST_NORM), sums)
      }),
    undo: () => {
      for (const { weights, before } of matrices) weights.set(before)
    },
    standing: () => over(() => undefined),
    values: () => {
      const values = new Map(layers.map(({ name, shape }) => [name, new Float64Array(shape.entries)]))
      for (const { layer, entries, weights } of matrices) {
        const kernel = values.get(layer.name) as Float64Array
        for (let k = 0; k < entries.length; k++) kernel[entries[k]] = weights[k]
      }
      return values
    },
    dispose: () => undefined,
  }
}
