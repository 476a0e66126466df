import { mean, one } from '../../ops/support/make.ts'
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

/** Mean of each window; a number pads with zeros that count, `same` counts the inside only. */
export const lowerAveragePool: LayerLowering<'average-pool'> = (
  { builder, inputs: [x] },
  { size, stride, padding },
) => {
  if (padding === 'circular') {
    throw new Error('average-pool: padding circular is not known; allowed are same, valid, a number')
  }
  return one(builder, 'average-pool', [x], { size, stride, padding })
}

/** Mean over height and width: [batch, height, width, channels] → [batch, channels]. */
export const lowerGlobalAveragePool: LayerLowering<'global-average-pool'> = ({ builder, inputs: [x] }) =>
  mean(builder, x, [1, 2])
