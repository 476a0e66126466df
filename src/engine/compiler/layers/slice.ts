import { one } from '../../ops/support/make.ts'
import type { LayerLowering } from './types.ts'

/** Some neighbouring entries of an axis. */
export const lowerSlice: LayerLowering<'slice'> = ({ builder, inputs: [x] }, { axis, begin, size }) => {
  const at = axis + 1
  return one(builder, 'slice', [x], {
    begin: x.type.shape.map((_, k) => (k === at ? begin : 0)),
    size: x.type.shape.map((side, k) => (k === at ? size : side)),
  })
}
