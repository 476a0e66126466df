/** Densities of a run's kernels as its specification tells them, before anything is drawn or scored. */
import { BenchError } from '../contract/errors.ts'
import { kernelOperations } from '../graph/cost.ts'
import { parametersOf } from '../graph/parameters.ts'
import type { LayerGraph, ParameterSpec } from '../graph/types.ts'
import { findMethod, methodTitle } from '../methods/registry.ts'
import {
  cutsGlobally,
  dynamicTraits,
  keepsAll,
  masksByItself,
  prunes,
  schemeHas,
  startDensityOf,
  usesDistribution,
} from '../methods/traits.ts'
import { settingAt } from '../methods/usage.ts'
import type { RunSpec } from '../spec/schema.ts'
import { shapeDensities } from '../studies/sparse-size.ts'
import type { PruningDensities } from './operations.ts'

export interface SpecDensities {
  /** That training begins with, in the order of the maskable kernels. */
  readonly densities: readonly number[]
  /** That pruning goes from and to; null where the run does not prune. */
  readonly targets: PruningDensities | null
  /**
   * False where scores, one cut through all layers or whole filters decide how much of each layer is kept,
   * and layers differ in what a weight costs: operations are then near those of the run, not equal.
   */
  readonly exact: boolean
}

/** Throws BenchError('impossible') where a file, a pattern or a method of the user's own brings the masks. */
export function specDensities(spec: RunSpec, graph: LayerGraph): SpecDensities {
  const kernels = parametersOf(graph).filter(({ maskable }) => maskable)
  const costs = new Set(kernelOperations(graph).masked.values())
  let guessed = false
  const everywhere = (density: number): readonly number[] => kernels.map(() => density)
  const distributed = (density: number): readonly number[] => {
    if (density === 1) return everywhere(1)
    const found = shapeDensities(spec.sparsity.distribution, kernels, density)
    if (!found) guessed = true
    return found ?? everywhere(density)
  }
  const asked = keepsAll(spec) ? 1 : spec.sparsity.density
  const first = startDensityOf(spec)
  const densities = masksByItself(spec.initialization)
    ? ownDensities(spec, kernels)
    : distributed(first ?? asked)
  if (prunes(spec) && cutsGlobally(spec)) guessed = true
  const reached = (density: number): readonly number[] =>
    usesDistribution(spec) ? distributed(density) : everywhere(density)
  const start = settingAt(spec.dynamic, 'startDensity')
  const from = dynamicTraits(spec).moments === 'schedule' && typeof start === 'number' ? start : 1
  const targets = prunes(spec) ? { from: reached(from), to: reached(spec.sparsity.density) } : null
  const filters = spec.initialization.structured && kernels.some(({ shape }) => shape.length > 2)
  return { densities, targets, exact: !filters && (costs.size <= 1 || !guessed) }
}

/** Of a scheme that brings its masks: the degree over the longer side, the ends dense. */
function ownDensities({ initialization }: RunSpec, kernels: readonly ParameterSpec[]): readonly number[] {
  const { scheme } = initialization
  if (!Object.hasOwn(findMethod('scheme', scheme)?.settings ?? {}, 'saoDegree')) {
    throw new BenchError(
      'impossible',
      `${methodTitle('scheme', scheme)} brings its masks: its operations are known when they are there.`,
      'initialization.scheme',
    )
  }
  const ends = schemeHas(initialization, 'keepsEndsDense')
  return kernels.map(({ shape }, k) =>
    ends && (k === 0 || k === kernels.length - 1)
      ? 1
      : Math.min(1, initialization.saoDegree / Math.max(...shape.slice(-2))),
  )
}
