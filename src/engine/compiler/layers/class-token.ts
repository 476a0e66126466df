import { broadcastTo, one, reshape } from '../../ops/support/make.ts'
import type { LayerLowering } from './types.ts'

/** Puts a learned token before a sequence: [batch, time, features] → [batch, time + 1, features]. */
export const lowerClassToken: LayerLowering<'class-token'> = ({ builder, inputs: [x], batch, parameter }) => {
  const features = x.type.shape[2]
  const token = broadcastTo(builder, reshape(builder, parameter('token'), [1, 1, features]), [
    batch,
    1,
    features,
  ])
  return one(builder, 'concat', [token, x], { axis: 1 })
}
