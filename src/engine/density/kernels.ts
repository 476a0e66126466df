/**
 * What every distribution starts from: the maskable kernels, their entries, and results that are densities or
 * masks.
 */
import { BenchError } from '../../shared/contract/errors.ts'
import type { ParameterSpec } from '../../shared/graph/types.ts'
import { countOnes } from '../initialization/masks.ts'
import type { DensityResult, LayerDensity } from './types.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'

export const entriesOf = (parameter: ParameterSpec): number => sizeOf(parameter.shape)

/** Throws BenchError('bad-input') unless 0 < density ≤ 1. */
export function checkDensity(density: number): void {
  if (!(density > 0 && density <= 1)) {
    throw new BenchError(
      'bad-input',
      `Density ${density}: expected more than 0 and at most 1.`,
      'sparsity.density',
    )
  }
}

/** A result that fixes densities only; each layer keeps round(density · entries), and at least one. */
export function densitiesOnly(
  kernels: readonly ParameterSpec[],
  densities: readonly number[],
  notes: readonly string[] = [],
): DensityResult {
  const layers = kernels.map((parameter, k): LayerDensity => ({
    parameter,
    density: densities[k],
    nonzeros: Math.max(1, Math.round(densities[k] * entriesOf(parameter))),
  }))
  return { layers, notes }
}

/** What is said of kernels that keep nothing, whoever emptied them. */
export function collapseNote(names: readonly string[], all: number): string {
  const shown = names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')
  return `Layer collapse: nothing is left of ${names.length} of ${all} layers (${shown}).`
}

/** A result of masks; a layer that keeps nothing is noted as layer collapse. */
export function fromMasks(
  kernels: readonly ParameterSpec[],
  masks: ReadonlyMap<string, Uint8Array>,
  notes: readonly string[] = [],
): DensityResult {
  const all = [...notes]
  const collapsed: string[] = []
  const layers = kernels.map((parameter): LayerDensity => {
    const mask = masks.get(parameter.name)
    if (!mask) throw new Error(`density: no mask for ${parameter.name}`)
    const nonzeros = countOnes(mask)
    if (nonzeros === 0) collapsed.push(parameter.name)
    return { parameter, density: nonzeros / mask.length, nonzeros }
  })
  if (collapsed.length > 0) all.push(collapseNote(collapsed, kernels.length))
  return { layers, masks, notes: all }
}
