import { multiply } from '../../ops/support/make.ts'
import type { LayerLowering } from './types.ts'

/** The product of two branches of one shape, entry by entry. */
export const lowerMultiply: LayerLowering<'multiply'> = ({ builder, inputs: [a, b] }) =>
  multiply(builder, a, b)
