/** Pruning by magnitude: layer by layer, or by one cut through the whole network. */
import { countOnes } from '../initialization/masks.ts'
import { halfUp, largestWeights, updateTo } from './mask.ts'
import type { MaskUpdate } from './mask.ts'
import type { DynamicLayer, MaskMethod, MaskSettings, PrunedLayer } from './types.ts'

/** Density of a layer when `remaining` of its pruning is to come. */
export const densityAt = ({ from, to }: PrunedLayer, remaining: number): number =>
  to + (from - to) * remaining

/** Keeps the `counts` largest |w| of each layer among those that are on; no more than are on. */
export function pruneLayers(layers: readonly DynamicLayer[], counts: readonly number[]): MaskUpdate[] {
  return layers.map(({ weights, mask }, k) =>
    updateTo(mask, largestWeights(weights, Math.min(counts[k], countOnes(mask)), mask)),
  )
}

/** Keeps the `count` largest |w| of all layers together; ties go to earlier layers, then to lower indices. */
export function pruneTogether(layers: readonly DynamicLayer[], count: number): MaskUpdate[] {
  const sizes = layers.map(({ mask }) => mask.length)
  const entries = sizes.reduce((sum, size) => sum + size, 0)
  const weights = new Float64Array(entries)
  const on = new Uint8Array(entries)
  const starts: number[] = []
  let at = 0
  for (const layer of layers) {
    starts.push(at)
    weights.set(layer.weights, at)
    on.set(layer.mask, at)
    at += layer.mask.length
  }
  const kept = largestWeights(weights, Math.min(count, countOnes(on)), on)
  return layers.map(({ mask }, k) => updateTo(mask, kept.slice(starts[k], starts[k] + sizes[k])))
}

/** By the setting `scope`: one cut at the mean of the layers' densities, or each layer to its own. */
export function pruneTo(
  layers: readonly PrunedLayer[],
  remaining: number,
  scope: MaskSettings['scope'],
): MaskUpdate[] {
  const wanted = layers.map((layer) => layer.mask.length * densityAt(layer, remaining))
  if (scope === 'global') {
    return pruneTogether(layers, halfUp(wanted.reduce((sum, each) => sum + each, 0)))
  }
  return pruneLayers(layers, wanted.map(halfUp))
}

/** GMP (Zhu & Gupta 2017, arXiv 1710.01878); the schedule comes with the moment. What is pruned stays so. */
export const gmp: MaskMethod = (layers, { remaining }, { scope }) => pruneTo(layers, remaining, scope)

/** One-shot pruning of a trained network (Han et al. 2015; Renda et al. 2020, arXiv 2003.02389). */
export const oneShot: MaskMethod = (layers, _, { scope }) => pruneTo(layers, 0, scope)
