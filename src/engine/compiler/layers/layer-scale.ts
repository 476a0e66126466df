import { multiply } from '../../ops/support/make.ts'
import type { LayerLowering } from './types.ts'

/** A learned factor for each feature (Touvron et al. 2021). */
export const lowerLayerScale: LayerLowering<'layer-scale'> = ({ builder, inputs: [x], parameter }) =>
  multiply(builder, x, parameter('layer-scale'))
