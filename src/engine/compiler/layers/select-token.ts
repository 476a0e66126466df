import { one, reshape } from '../../ops/support/make.ts'
import type { LayerLowering } from './types.ts'

/** One token of a sequence: [batch, time, features] → [batch, features]. */
export const lowerSelectToken: LayerLowering<'select-token'> = (
  { builder, inputs: [x], batch },
  { index },
) => {
  const features = x.type.shape[2]
  const token = one(builder, 'slice', [x], { begin: [0, index, 0], size: [batch, 1, features] })
  return reshape(builder, token, [batch, features])
}
