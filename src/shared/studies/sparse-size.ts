/** What a sparse network has, from its shapes alone: parameters that are left, operations of an example. */
import { costOf, totalCost } from '../graph/cost.ts'
import { erkValue, erValue, scaleToDensity } from '../graph/erdos-renyi.ts'
import { countParameters, parametersOf } from '../graph/parameters.ts'
import { sizeOf } from '../graph/shapes.ts'
import type { LayerGraph, ParameterSpec } from '../graph/types.ts'

export interface Size {
  /** Trainable parameters; of a sparse network those that are kept, biases and norms included. */
  readonly parameters: number
  /** Floating-point operations of one example's forward pass. */
  readonly operations: number
}

export function denseSize(graph: LayerGraph): Size {
  return {
    parameters: countParameters(parametersOf(graph)).parameters,
    operations: totalCost(costOf(graph)).dense,
  }
}

/** Densities of the maskable kernels; null where only scores or data tell them. */
export function shapeDensities(
  distribution: string,
  kernels: readonly ParameterSpec[],
  density: number,
): readonly number[] | null {
  const entries = kernels.map(({ shape }) => sizeOf(shape))
  const scaledBy = (raw: (shape: ParameterSpec['shape']) => number): readonly number[] =>
    scaleToDensity(
      kernels.map(({ shape }) => raw(shape)),
      entries,
      density,
    ).densities
  if (distribution === 'dense') return kernels.map(() => 1)
  if (distribution === 'uniform') return kernels.map(() => density)
  if (distribution === 'uniform-skip')
    return kernels.map((_, k) => (k === 0 || k === kernels.length - 1 ? 1 : density))
  if (distribution === 'erk') return scaledBy(erkValue)
  return distribution === 'er' ? scaledBy(erValue) : null
}

/**
 * The size of a network under a density distribution. Scores (SNIP, GraSP, SynFlow, magnitude) keep the same
 * number of parameters as ERK, but which layers have them is known when they are taken: operations are then
 * null.
 */
export function sparseSize(
  graph: LayerGraph,
  distribution: string,
  density: number,
): { readonly parameters: number; readonly operations: number | null } {
  const parameters = parametersOf(graph)
  const kernels = parameters.filter(({ maskable }) => maskable)
  const { parameters: all, maskable } = countParameters(parameters)
  const found = shapeDensities(distribution, kernels, density)
  const kept = found
    ? kernels.reduce((sum, { shape }, k) => sum + Math.round(found[k] * sizeOf(shape)), 0)
    : Math.round(density * maskable)
  const operations = found
    ? totalCost(costOf(graph, new Map(kernels.map(({ name }, k) => [name, found[k]])))).sparse
    : null
  return { parameters: all - maskable + kept, operations }
}
