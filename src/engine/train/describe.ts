/** A model described layer by layer: shapes, parameters, reached densities, operations. */
import { costOf, totalCost } from '../../shared/graph/cost.ts'
import { countParameters, parametersOf } from '../../shared/graph/parameters.ts'
import { inferShapes, sizeOf } from '../../shared/graph/shapes.ts'
import type { LayerGraph } from '../../shared/graph/types.ts'
import type { ModelDescription } from '../../shared/contract/model.ts'
import { isOwn } from '../../shared/spec/own.ts'
import { keepsAll, schemeHas, scoresOf } from '../../shared/methods/traits.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Backend } from '../program/backend.ts'
import type { Dataset } from '../data/types.ts'
import { initializeModel } from './initialize.ts'
import { Stream } from '../rng.ts'
import { runDensities } from './densities.ts'

interface Reached {
  /** Kernel name → density. */
  readonly densities: ReadonlyMap<string, number>
  readonly notes: readonly string[]
}

/**
 * Whether a description needs more than shapes: scores, or positions that a scheme makes. Such take a
 * while.
 */
export function isQuickToDescribe(spec: RunSpec): boolean {
  const { sparsity, initialization } = spec
  if (schemeHas(initialization, 'ownsMask') || schemeHas(initialization, 'readsValues')) return false
  if (isOwn(sparsity.distribution)) return false
  if (keepsAll({ sparsity })) return true
  return scoresOf(spec) === 'nothing' && !schemeHas(initialization, 'ownsPositions')
}

/** What a scheme that makes the positions itself reaches is found by initializing. */
async function reachedDensities(
  spec: RunSpec,
  graph: LayerGraph,
  dataset: Dataset | null,
  backend: Backend,
): Promise<Reached> {
  const distributed = await runDensities(spec, graph, dataset, backend, () => undefined)
  if (isQuickToDescribe(spec) || !schemeHas(spec.initialization, 'ownsPositions')) {
    const densities = new Map(distributed.layers.map(({ parameter, density }) => [parameter.name, density]))
    return { densities, notes: distributed.notes }
  }
  const { reports, notes } = await initializeModel({
    graph,
    parameters: parametersOf(graph),
    spec,
    densities: distributed,
    stream: Stream.root(spec.seed).split('initialization'),
    singular: 'none',
  })
  return {
    densities: new Map(reports.map(({ name, density }) => [name, density])),
    notes: [...notes, ...reports.flatMap((report) => report.notes.map((note) => `${report.name}: ${note}`))],
  }
}

/**
 * Describes a model under the specification's density distribution and weight scheme. `backend` computes
 * scores, where the distribution wants them; `dataset` is needed where they are taken on data. A scheme that
 * takes the distribution's positions is not run. Throws BenchError where the specification asks for something
 * impossible.
 */
export async function describeModel(
  spec: RunSpec,
  graph: LayerGraph,
  dataset: Dataset | null,
  backend: Backend,
): Promise<ModelDescription> {
  const { densities, notes } = await reachedDensities(spec, graph, dataset, backend)
  const shapes = inferShapes(graph)
  const costs = new Map(costOf(graph, densities).map((cost) => [cost.layer, cost]))
  const parameters = parametersOf(graph, shapes)
  const layers = graph.nodes.map((node) => {
    const own = parameters.filter(({ layer }) => layer === node.name)
    const kernels = own.filter(({ role }) => role === 'kernel')
    const kernel = kernels.toSorted((a, b) => sizeOf(b.shape) - sizeOf(a.shape)).at(0)
    const masked = own.find(({ maskable }) => maskable)
    const density = masked ? (densities.get(masked.name) ?? 1) : 1
    return {
      name: node.name,
      kind: node.kind,
      inputs: node.inputs,
      shape: shapes.get(node.name) ?? [],
      kernel: kernel?.shape ?? null,
      parameters: countParameters(own).parameters,
      maskable: masked !== undefined,
      nonzeros: masked ? Math.round(density * sizeOf(masked.shape)) : null,
      density: kernel ? density : null,
      operations: costs.get(node.name)?.dense ?? 0,
      sparseOperations: costs.get(node.name)?.sparse ?? 0,
    }
  })
  const counts = countParameters(parameters)
  const total = totalCost([...costs.values()])
  const nonzeros = layers.reduce((sum, layer) => sum + (layer.nonzeros ?? 0), 0)
  return {
    name: graph.name,
    input: shapes.get(graph.nodes[0].name) ?? [],
    classes: graph.classes,
    ...counts,
    kept: counts.parameters - counts.maskable + nonzeros,
    density: counts.maskable > 0 ? nonzeros / counts.maskable : 1,
    operations: total.dense,
    sparseOperations: total.sparse,
    layers,
    graph,
    notes,
  }
}
