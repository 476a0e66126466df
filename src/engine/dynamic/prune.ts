/** Pruning by magnitude: layer by layer, or by one cut through the whole network. */
import { countOnes } from '../initialization/masks.ts'
import { largestAt } from '../linalg/largest.ts'
import { halfUp, indicesOf, largestWeights, updateTo, upTo } from './mask.ts'
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
  const on = layers.map(({ mask }) => indicesOf(mask))
  const all = on.reduce((sum, { length }) => sum + length, 0)
  const weights = new (
    layers.every((layer) => layer.weights instanceof Float32Array) ? Float32Array : Float64Array
  )(all)
  let at = 0
  layers.forEach((layer, k) => {
    for (let i = 0; i < on[k].length; i++) weights[at++] = layer.weights[on[k][i]]
  })
  const kept = largestAt(weights, upTo(all), count)
  let [next, end] = [0, 0]
  return layers.map(({ mask }, k) => {
    const begin = end
    end += on[k].length
    const left = new Uint8Array(mask.length)
    while (next < kept.length && kept[next] < end) left[on[k][kept[next++] - begin]] = 1
    return updateTo(mask, left)
  })
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
