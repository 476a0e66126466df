/** The gradients of a dense layer, whose images are one place a channel. */
import type { LayerNode } from '../../../../shared/graph/types.ts'
import { FLOAT, type Image } from '../model/geometry.ts'
import { activationNumber } from '../model/model.ts'
import { slopedBy } from './following.ts'
import type { LayerContext, LinkedKernel, Target } from './types.ts'

/** Nonzeros a row, on average, below which pairs are faster than rows. */
const SHORT_ROW = 8
/** Rows that the table of pairs can name. */
const MOST_ROWS = 65536

/** The address of the number of nonzeros. */
export const countAt = ({ rowStarts, shape }: LinkedKernel): number => rowStarts + FLOAT * shape.rows

/** The input's gradient, times the slope of the activation before it where that is due here. */
export function transposed(
  context: LayerContext,
  node: LayerNode,
  kernel: LinkedKernel,
  gradient: Image,
  { image, accumulate }: Target,
): void {
  const { model, tape, base, place } = context
  if (kernel.backStarts === null) throw new Error(`${node.name} has no transposed structure`)
  const before = slopedBy(model, node)
  tape.write('TRANSPOSED_PRODUCT', base, {
    out: base + image.at,
    rowOut: kernel.backRowOut,
    input: base + gradient.at,
    starts: kernel.backStarts,
    pairs: kernel.backOffsets,
    values: context.parameter(`${node.name}.kernel`),
    rows: kernel.addresses.channels,
    bytes: place,
    accumulate: accumulate ? 1 : 0,
    kind: before ? activationNumber(before) : 0,
    kept: before ? base + context.value(before.name).at : 0,
  })
}

/** The gradient of the nonzero weights, to the address `gradients`. */
export function sampledGradient(
  { tape, base, place, partial }: LayerContext,
  kernel: LinkedKernel,
  gradient: Image,
  input: Image,
  gradients: number,
): void {
  const { rowOf, rowStarts, offsets, nonzeros } = kernel
  const { rows } = kernel.shape
  const images = { gradient: base + gradient.at, gradRow: gradient.plane, input: base + input.at }
  const sums = { gradients, partial, ...images, offsets, bytes: place }
  if (rowOf !== null && nonzeros < SHORT_ROW * rows && rows <= MOST_ROWS)
    tape.write('SAMPLED_PAIRS', base, { ...sums, rowOf, count: countAt(kernel) })
  else tape.write('SAMPLED_LINEAR', base, { ...sums, rowStarts, rows })
}
