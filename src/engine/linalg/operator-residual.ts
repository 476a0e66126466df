/** How far the operator of a circular convolution is from an isometry, without its matrix. */
import { checkGeometry, heldTaps } from './convolution-operator.ts'
import type { OperatorGeometry, OperatorKernel, Tap } from './convolution-operator.ts'

/** Whether the output is a group’s smaller side; of equal sides it is the input, as of a matrix. */
const overOutputs = ({ inputs, outputs }: OperatorKernel, { stride, groups }: OperatorGeometry): boolean =>
  outputs / groups < stride * stride * inputs

/** Multiplications of operatorResidual, at most. */
export function residualCost(kernel: OperatorKernel, geometry: OperatorGeometry): number {
  const outputs = overOutputs(kernel, geometry)
  const side = outputs ? kernel.outputs / geometry.groups : kernel.inputs
  let pairs = 0
  forPairs(heldTaps(kernel, geometry), geometry, outputs, () => pairs++)
  return pairs * kernel.inputs * kernel.outputs * side
}

/**
 * ‖A·Aᵀ − σ²I‖_max over the smaller side of the operator's matrix A: the largest entry that is off, as for a
 * matrix.
 *
 * An entry between two places depends on how far they are apart alone (over the input also on where they lie
 * modulo the stride): it is a sum over the pairs of taps that are as far apart, so nothing grows with the
 * map. NaN if any of them is. Throws RangeError where the stride does not divide the map.
 */
export function operatorResidual(kernel: OperatorKernel, geometry: OperatorGeometry, sigma = 1): number {
  checkGeometry(geometry)
  const taps = heldTaps(kernel, geometry)
  const each = kernel.outputs / geometry.groups
  const outputs = overOutputs(kernel, geometry)
  const side = outputs ? each : kernel.inputs
  const classes = outputs ? 1 : geometry.stride ** 2
  let worst = 0
  for (let group = 0; group < geometry.groups; group++) {
    const add = outputs ? outputProduct(kernel, group * each, each) : inputProduct(kernel, group * each, each)
    const blocks = gramBlocks(taps, geometry, side, outputs, add)
    // Places that no tap reaches have a zero on the diagonal.
    if ([...blocks.keys()].filter((key) => key.startsWith(SAME)).length < classes)
      worst = Math.max(worst, sigma ** 2)
    for (const [key, block] of blocks) {
      const square = key.startsWith(SAME) ? sigma * sigma : 0
      for (let k = 0; k < block.length; k++) {
        const off = Math.abs(block[k] - (k % (side + 1) === 0 ? square : 0))
        if (Number.isNaN(off)) return Number.NaN
        if (off > worst) worst = off
      }
    }
  }
  return worst
}

/** Adds the product of two taps' matrices over the other side to a [side, side] block. */
type TapProduct = (a: Tap, b: Tap, into: Float64Array) => void

/** Σ_i K[a, i, o]·K[b, i, p]. */
function outputProduct({ values, inputs, outputs }: OperatorKernel, first: number, side: number): TapProduct {
  return (a, b, into) => {
    for (let i = 0; i < inputs; i++) {
      const left = a.offset + i * outputs + first
      const right = b.offset + i * outputs + first
      for (let o = 0; o < side; o++) {
        const x = values[left + o]
        if (x === 0) continue
        for (let p = 0; p < side; p++) into[o * side + p] += x * values[right + p]
      }
    }
  }
}

/** Σ_o K[a, i, o]·K[b, j, o]. */
function inputProduct({ values, inputs, outputs }: OperatorKernel, first: number, each: number): TapProduct {
  return (a, b, into) => {
    for (let i = 0; i < inputs; i++) {
      const left = a.offset + i * outputs + first
      for (let j = 0; j < inputs; j++) {
        const right = b.offset + j * outputs + first
        let sum = 0
        for (let o = 0; o < each; o++) sum += values[left + o] * values[right + o]
        into[i * inputs + j] += sum
      }
    }
  }
}

/** How keys of blocks between a place and itself begin. */
const SAME = '0 0 '

/**
 * Told the pairs of taps that count, with the name of the block they add to: by distance (of two that are
 * opposite, one: their blocks are transposes of each other). Two outputs are a multiple of the stride apart.
 * Over inputs, places are told apart modulo the stride.
 */
function forPairs(
  taps: readonly Tap[],
  { map, stride }: OperatorGeometry,
  outputs: boolean,
  tell: (key: string, a: Tap, b: Tap) => void,
): void {
  const wrap = (distance: number, length: number): number => ((distance % length) + length) % length
  for (const a of taps) {
    for (const b of taps) {
      const [row, column] = [wrap(a.row - b.row, map[0]), wrap(a.column - b.column, map[1])]
      if (outputs && (row % stride !== 0 || column % stride !== 0)) continue
      const opposite = [wrap(-row, map[0]), wrap(-column, map[1])]
      if (row > opposite[0] || (row === opposite[0] && column > opposite[1])) continue
      tell(`${row} ${column} ${outputs ? '' : `${a.row % stride} ${a.column % stride}`}`, a, b)
    }
  }
}

/** The Gram matrix's blocks, by distance. */
function gramBlocks(
  taps: readonly Tap[],
  geometry: OperatorGeometry,
  side: number,
  outputs: boolean,
  add: TapProduct,
): Map<string, Float64Array> {
  const blocks = new Map<string, Float64Array>()
  forPairs(taps, geometry, outputs, (key, a, b) => {
    const block = blocks.get(key) ?? new Float64Array(side * side)
    blocks.set(key, block)
    add(a, b, block)
  })
  return blocks
}
