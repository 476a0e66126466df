/** The gradients of a dense layer, whose images are one place a channel. */
import type { LayerNode } from '../../../../shared/graph/types.ts'
import * as op from '../assembly/opcodes.ts'
import type { Image } from '../geometry.ts'
import { activationNumber } from '../model.ts'
import { slopedBy } from './following.ts'
import type { LayerContext, LinkedKernel, Target } from './types.ts'

/** Nonzeros a row, on average, below which pairs are faster than rows. */
const SHORT_ROW = 8
/** Rows that the table of pairs can name. */
const MOST_ROWS = 65536

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
  tape.record(
    op.TRANSPOSED_PRODUCT,
    base + image.at,
    kernel.backRowOut,
    base + gradient.at,
    kernel.backStarts,
    kernel.backOffsets,
    context.parameter(`${node.name}.kernel`),
    kernel.addresses.channels,
    place,
    accumulate ? 1 : 0,
    before ? activationNumber(before) : 0,
    before ? context.value(before.name).at - image.at : 0,
  )
}

/** The gradient of the nonzero weights, to the address `to`. */
export function sampledGradient(
  { tape, base, place, partial }: LayerContext,
  kernel: LinkedKernel,
  gradient: Image,
  input: Image,
  to: number,
): void {
  const { rowOf, rowStarts, offsets, nonzeros } = kernel
  const { rows } = kernel.shape
  const images = [base + gradient.at, gradient.plane, base + input.at]
  if (rowOf !== null && nonzeros < SHORT_ROW * rows && rows <= MOST_ROWS) {
    tape.record(op.SAMPLED_PAIRS, to, partial, ...images, rowOf, offsets, nonzeros, place)
  } else tape.record(op.SAMPLED_LINEAR, to, partial, ...images, rowStarts, offsets, rows, place)
}
