import { one } from '../../ops/support/make.ts'
import type { LayerLowering } from './types.ts'

/** Orders the axes anew; the batch stays first. */
export const lowerPermute: LayerLowering<'permute'> = ({ builder, inputs: [x] }, { axes }) =>
  one(builder, 'transpose', [x], { permutation: [0, ...axes.map((axis) => axis + 1)] })
