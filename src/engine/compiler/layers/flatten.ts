import { reshape } from '../../ops/support/make.ts'
import { sizeOf } from '../../../shared/graph/shapes.ts'
import type { LayerLowering } from './types.ts'

/** [batch, …shape] → [batch, entries]. */
export const lowerFlatten: LayerLowering<'flatten'> = ({ builder, inputs: [x], batch }) =>
  reshape(builder, x, [batch, sizeOf(x.type.shape.slice(1))])
