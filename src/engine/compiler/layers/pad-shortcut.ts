import { one } from '../../ops/support/make.ts'
import type { LayerLowering } from './types.ts'

/**
 * ResNet's shortcut without parameters (He et al. 2016, option A): every `stride`-th place, and zero channels
 * around the given ones, half before and half after (the odd one after).
 */
export const lowerPadShortcut: LayerLowering<'pad-shortcut'> = (
  { builder, inputs: [x] },
  { stride, channels },
) => {
  // The mean of a 1 × 1 window is its entry: a subsampling whose gradient is known.
  const sampled = stride === 1 ? x : one(builder, 'average-pool', [x], { size: 1, stride, padding: 'valid' })
  const more = channels - x.type.shape[3]
  if (more === 0) return sampled
  const before = Math.floor(more / 2)
  return one(builder, 'pad', [sampled], {
    paddings: [0, 0, 0, 0, 0, 0, before, more - before],
    value: 0,
  })
}
