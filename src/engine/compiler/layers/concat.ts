import { one } from '../../ops/support/make.ts'
import type { LayerLowering } from './types.ts'

/** Joins branches along the last axis. */
export const lowerConcat: LayerLowering<'concat'> = ({ builder, inputs }) =>
  one(builder, 'concat', inputs, { axis: -1 })
