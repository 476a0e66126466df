import { largestOthersOfAll } from '../linalg/largest-others.ts'
import { dropSmallest, gradientOf, regrown } from './mask.ts'
import type { DropRounding, MaskedWeights, MaskUpdate, Weights } from './mask.ts'

/** RigL (Evci et al. 2020, arXiv 1911.11134): grows where |dense gradient| is largest; layer by layer. */
export function rigl(
  layers: readonly (MaskedWeights & { readonly gradient: Weights | null })[],
  fraction: number,
  rounding?: DropRounding,
): MaskUpdate[] {
  const dropped = dropSmallest(layers, fraction, rounding)
  const back = largestOthersOfAll(
    dropped.map(({ kept, count }, k) => ({ scores: gradientOf(layers[k], 'rigl'), others: kept, count })),
  )
  return regrown(dropped, back)
}
