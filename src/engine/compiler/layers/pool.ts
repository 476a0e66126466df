import { divide, mean, one } from '../../ops/support/make.ts'
import { slide, type Window } from '../../ops/support/window.ts'
import type { LayerLowering } from './types.ts'

/** Largest entry of each window; places outside the image never win. */
export const lowerMaxPool: LayerLowering<'max-pool'> = (
  { builder, inputs: [x] },
  { size, stride, padding },
) => {
  if (padding === 'circular')
    throw new Error('max-pool: padding circular is not known; allowed are same, valid, a number')
  return one(builder, 'max-pool', [x], { size, stride, padding })
}

/**
 * Mean of each window; numbers pad with zeros that count, unless `excludePadding`; `same` counts the inside
 * only.
 */
export const lowerAveragePool: LayerLowering<'average-pool'> = (
  { builder, inputs: [x] },
  { size, stride, padding, excludePadding = false },
) => {
  if (padding === 'circular') {
    throw new Error('average-pool: padding circular is not known; allowed are same, valid, a number')
  }
  const pooled = one(builder, 'average-pool', [x], { size, stride, padding })
  if (!excludePadding || padding === 'same' || padding === 'valid') return pooled
  const [, height, width] = x.type.shape
  const inside = insideParts(slide(x.type.shape, size, size, { stride, padding }), height, width)
  return divide(builder, pooled, one(builder, 'constant', [], { dtype: 'float', ...inside }))
}

/** The part of each window's places that lies inside the image, [1, rows, columns, 1]. */
function insideParts(window: Window, height: number, width: number) {
  const { stride, kernelHeight, kernelWidth, outHeight, outWidth, top, left } = window
  const counts = (length: number, out: number, size: number, before: number): number[] =>
    Array.from({ length: out }, (_, place) => {
      const first = place * stride - before
      return Math.min(first + size, length) - Math.max(first, 0)
    })
  const rows = counts(height, outHeight, kernelHeight, top)
  const columns = counts(width, outWidth, kernelWidth, left)
  const values = rows.flatMap((row) => columns.map((column) => (row * column) / (kernelHeight * kernelWidth)))
  return { shape: [1, outHeight, outWidth, 1], values }
}

/** Mean over height and width: [batch, height, width, channels] → [batch, channels]. */
export const lowerGlobalAveragePool: LayerLowering<'global-average-pool'> = ({ builder, inputs: [x] }) =>
  mean(builder, x, [1, 2])
