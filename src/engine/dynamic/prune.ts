/** Pruning by magnitude: layer by layer, or by one cut through the whole network. */
import { largestRanks, largestRanksOfAll } from '../linalg/largest.ts'
import { floatsOf } from '../linalg/room.ts'
import { rankOf, shifted } from './lists.ts'
import { entriesOf, halfUp, nonzerosOf, pruneToRanks } from './mask.ts'
import type { MaskUpdate } from './mask.ts'
import type { DynamicLayer, MaskMethod, MaskSettings, PrunedLayer } from './types.ts'

/** Density of a layer when `remaining` of its pruning is to come. */
export const densityAt = ({ from, to }: PrunedLayer, remaining: number): number =>
  to + (from - to) * remaining

/** Keeps the `counts` largest |w| of each layer among those that are on; no more than are on. */
export function pruneLayers(layers: readonly DynamicLayer[], counts: readonly number[]): MaskUpdate[] {
  const actives = layers.map(nonzerosOf)
  const ranks = largestRanksOfAll(actives.map(({ values }, k) => ({ scores: values, count: counts[k] })))
  return layers.map((layer, k) => pruneToRanks(layer, actives[k].on, ranks[k]))
}

/** Keeps the `count` largest |w| of all layers together; ties go to earlier layers, then to lower indices. */
export function pruneTogether(layers: readonly DynamicLayer[], count: number): MaskUpdate[] {
  const actives = layers.map(nonzerosOf)
  const all = actives.reduce((sum, { on }) => sum + on.length, 0)
  const single = actives.every(({ values }) => values instanceof Float32Array)
  const values = single ? floatsOf(all) : new Float64Array(all)
  let end = 0
  for (const active of actives) {
    values.set(active.values, end)
    end += active.values.length
  }
  const kept = largestRanks(values, count)
  let next = 0
  end = 0
  return layers.map((layer, k) => {
    const { on } = actives[k]
    const [begin, first] = [end, next]
    end += on.length
    next = rankOf(kept, end)
    return pruneToRanks(layer, on, shifted(kept.subarray(first, next), -begin))
  })
}

/** By the setting `scope`: one cut at the mean of the layers' densities, or each layer to its own. */
export function pruneTo(
  layers: readonly PrunedLayer[],
  remaining: number,
  scope: MaskSettings['scope'],
): MaskUpdate[] {
  const wanted = layers.map((layer) => entriesOf(layer) * densityAt(layer, remaining))
  if (scope === 'global') {
    return pruneTogether(layers, halfUp(wanted.reduce((sum, each) => sum + each, 0)))
  }
  return pruneLayers(layers, wanted.map(halfUp))
}

/** GMP (Zhu & Gupta 2017, arXiv 1710.01878); the schedule comes with the moment. What is pruned stays so. */
export const gmp: MaskMethod = (layers, { remaining }, { scope }) => pruneTo(layers, remaining, scope)

/** One-shot pruning of a trained network (Han et al. 2015; Renda et al. 2020, arXiv 2003.02389). */
export const oneShot: MaskMethod = (layers, _, { scope }) => pruneTo(layers, 0, scope)
