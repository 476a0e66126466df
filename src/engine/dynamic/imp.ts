import { entriesOf, floorOf, keptOf, nonzerosOf } from './mask.ts'
import { pruneTogether } from './prune.ts'
import type { MaskMethod } from './types.ts'

/**
 * Iterative magnitude pruning (Frankle & Carbin 2019, arXiv 1803.03635): ⌊p · kept⌋ weights go, the
 * smallest of all layers together, but no more than the density allows; the last round ends at it exactly.
 */
export const imp: MaskMethod = (layers, { last }, { pruneFraction }) => {
  const kept = layers.reduce((sum, layer) => sum + nonzerosOf(layer).on.length, 0)
  const entries = layers.reduce((sum, layer) => sum + entriesOf(layer), 0)
  const target = keptOf(entries, layers[0]?.to ?? 1)
  const left = kept - floorOf(pruneFraction, kept)
  return pruneTogether(layers, last ? target : Math.max(target, left))
}
