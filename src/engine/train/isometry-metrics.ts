/** How near to isometries a network's layers are while it trains, and how squared gradients grow a layer. */
import type { LayerReport } from '../../shared/contract/run.ts'
import { parametersOf } from '../../shared/graph/parameters.ts'
import { inputVocabulary } from '../../shared/graph/shapes.ts'
import type { LayerGraph, ParameterSpec } from '../../shared/graph/types.ts'
import { isometryName, LAYER_KINDS } from '../../shared/format/isometry.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { referenceBackend } from '../backend/reference/index.ts'
import { convolutionPlaces } from '../initialization/convolution-places.ts'
import { layerReport, SingularBudget } from '../initialization/report.ts'
import type { Backend, Executable } from '../program/backend.ts'
import { unpackState } from '../program/layout.ts'
import type { ModelState, ParameterLayout } from '../program/types.ts'
import type { Dataset } from '../data/types.ts'
import { JacobianSpectrum } from './jacobian.ts'
import { jacobianInputs } from './spectrum-metrics.ts'

/** Layers with curves of their own, at most, evenly spread. */
export const MOST_LAYERS = 32

/** Singular values of one layer's operator. */
export interface LayerIsometry {
  readonly max: number
  readonly min: number
  /** Mean of (s − 1)² over all singular values s. */
  readonly deviation: number
}

/**
 * Of a report and the sum of the kernel's squared entries: singular values of a matrix, or of a
 * convolution's circular operator (stride `stride`, `inputs` channels in all). Null where the values were too
 * much work. Σs² of an operator is the sum of squares times the output's places, min(out, in·stride²) of
 * which are singular values.
 */
export function layerIsometry(report: LayerReport, squares: number, side: number): LayerIsometry | null {
  const { singularMax: max, singularMin: min, singularMean: mean } = report.operator ?? report
  if (max === null || min === null || mean === null) return null
  return { max, min, deviation: Math.max(0, squares / side - 2 * mean + 1) }
}

/** Singular values at each place of the output, or of the matrix. */
function sideOf(graph: LayerGraph, parameter: ParameterSpec): number {
  const node = graph.nodes.find(({ name }) => name === parameter.layer)
  const shape = parameter.shape
  const [inputs, outputs] = [shape[shape.length - 2], shape[shape.length - 1]]
  if (node?.kind === 'depthwise-conv') return inputs
  if (node?.kind === 'conv') return Math.min(outputs, inputs * node.groups * node.stride ** 2)
  return Math.min(inputs, outputs)
}

/** Kernels on the longest way from the input to the logits: the layers that χ̂ is a mean over. */
export function kernelDepth(graph: LayerGraph): number {
  const depth = new Map<string, number>()
  for (const node of graph.nodes) {
    const before = Math.max(0, ...node.inputs.map((name) => depth.get(name) ?? 0))
    const own = node.kind === 'dense' || node.kind === 'conv' || node.kind === 'depthwise-conv' ? 1 : 0
    depth.set(node.name, before + own)
  }
  return Math.max(1, depth.get(graph.output) ?? 1)
}

/** The layers' isometry at a state, by kernel; of those whose singular values the budget allows. */
export function layerIsometries(graph: LayerGraph, state: ModelState): Map<ParameterSpec, LayerIsometry> {
  const kernels = parametersOf(graph).filter(({ role }) => role === 'kernel')
  const places = convolutionPlaces(graph)
  const budget = new SingularBudget('auto', places.size)
  const found = new Map<ParameterSpec, LayerIsometry>()
  for (const parameter of kernels) {
    const mask = state.masks.get(parameter.name) ?? null
    const values = Float64Array.from(
      state.parameters.get(parameter.name) ?? [],
      (value: number, k) => value * (mask ? mask[k] : 1),
    )
    const report = layerReport(parameter, values, mask, 1, 1, [], budget, places.get(parameter.name))
    const squares = values.reduce((sum, value) => sum + value * value, 0)
    const isometry = layerIsometry(report, squares, sideOf(graph, parameter))
    if (isometry) found.set(parameter, isometry)
  }
  return found
}

/** What a run that asks for it tells at every evaluation. */
export class Isometry {
  readonly #graph: LayerGraph
  /** Null for a model that reads tokens, which have no derivative. */
  readonly #spectrum: JacobianSpectrum | null

  private constructor(graph: LayerGraph, spectrum: JacobianSpectrum | null) {
    this.#graph = graph
    this.#spectrum = spectrum
  }

  /** Null where the specification does not ask. The caller disposes of it. */
  static async open(
    spec: RunSpec,
    graph: LayerGraph,
    dataset: Dataset,
    backend: Backend,
  ): Promise<Isometry | null> {
    if (!spec.training.isometry) return null
    if (inputVocabulary(graph) !== null) return new Isometry(graph, null)
    const inputs = await jacobianInputs(spec, dataset)
    return new Isometry(graph, await JacobianSpectrum.compile(graph, inputs, [backend, referenceBackend]))
  }

  /**
   * χ̂ (not of a model that reads tokens), the layers' mean factor of squared gradients: (mean σ²)^(1/L) of
   * the input-output Jacobian through L kernels; over all layers the extreme singular values and the mean of
   * the deviations; and each layer's.
   */
  values(executable: Executable, layout: ParameterLayout): Record<string, number> {
    const told: Record<string, number> = {}
    if (this.#spectrum) {
      const { values } = this.#spectrum.ofProgram(executable, layout)
      const meanSquare = values.reduce((sum, value) => sum + value * value, 0) / values.length
      told['jacobian-chi'] = meanSquare ** (1 / kernelDepth(this.#graph))
    }
    const names = new Set(layout.locations.map(({ variable }) => variable))
    const all = [...new Set([...names, ...layout.maskOf.values()])].map(
      (name) => [name, executable.read(name)] as const,
    )
    const layers = [...layerIsometries(this.#graph, unpackState(layout, new Map(all)))]
    if (layers.length === 0) return told
    told['operator-max'] = Math.max(...layers.map(([, { max }]) => max))
    told['operator-min'] = Math.min(...layers.map(([, { min }]) => min))
    told['operator-deviation'] = layers.reduce((sum, [, { deviation }]) => sum + deviation, 0) / layers.length
    const step = Math.ceil(layers.length / MOST_LAYERS)
    layers.forEach(([{ layer }, isometry], k) => {
      if (k % step !== 0 && k !== layers.length - 1) return
      for (const kind of LAYER_KINDS) told[isometryName(kind, layer)] = isometry[kind]
    })
    return told
  }

  dispose(): void {
    this.#spectrum?.dispose()
  }
}
