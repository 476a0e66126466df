import { largestOthers } from '../linalg/largest-others.ts'
import { updateMask } from './mask.ts'
import type { DropRounding, MaskedWeights, MaskUpdate, Weights } from './mask.ts'

/**
 * RigL (Evci et al. 2020, arXiv 1911.11134): grows where |dense gradient| is largest. All arrays are one
 * layer's, flat.
 */
export function rigl(
  layer: MaskedWeights,
  fraction: number,
  denseGradient: Weights,
  rounding?: DropRounding,
): MaskUpdate {
  return updateMask(layer, fraction, (kept, count) => largestOthers(denseGradient, kept, count), rounding)
}
