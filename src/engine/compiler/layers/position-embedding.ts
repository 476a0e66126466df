import { add } from '../../ops/support/make.ts'
import type { LayerLowering } from './types.ts'

/** Adds a learned vector at each position of a sequence. */
export const lowerPositionEmbedding: LayerLowering<'position-embedding'> = ({
  builder,
  inputs: [x],
  parameter,
}) => add(builder, x, parameter('position'))
