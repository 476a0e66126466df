import { reshape } from '../../ops/support/make.ts'
import type { LayerLowering } from './types.ts'

/** [batch, …] → [batch, …shape]. */
export const lowerReshape: LayerLowering<'reshape'> = ({ builder, inputs: [x], batch }, { shape }) =>
  reshape(builder, x, [batch, ...shape])
