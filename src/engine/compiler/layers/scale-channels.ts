import { multiply, reshape } from '../../ops/support/make.ts'
import type { LayerLowering } from './types.ts'

/** Image × channel vector, the last step of squeeze-excitation: [batch, h, w, c] × [batch, c]. */
export const lowerScaleChannels: LayerLowering<'scale-channels'> = ({
  builder,
  inputs: [image, factors],
}) => {
  const [batch, channels] = factors.type.shape
  return multiply(builder, image, reshape(builder, factors, [batch, 1, 1, channels]))
}
