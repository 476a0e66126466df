/**
 * Initialization of a whole model: every parameter's first values, every mask, and the report of every
 * kernel.
 */
import { BenchError } from '../../shared/contract/errors.ts'
import type { LayerReport } from '../../shared/contract/run.ts'
import type { LayerGraph, ParameterSpec } from '../../shared/graph/types.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Backend } from '../program/backend.ts'
import type { ModelState } from '../program/types.ts'
import type { DensityAnswer, LayerDensity } from '../density/types.ts'
import type { Stream } from '../rng.ts'
import { convolutionPlaces } from '../initialization/convolution-places.ts'
import { denseInitializer } from '../initialization/dense/index.ts'
import { leastDensity } from '../initialization/eoi-matrix.ts'
import { weightScheme } from '../initialization/index.ts'
import { approximateIsometry } from '../initialization/isometry.ts'
import { shapeOf } from '../initialization/kernel-shape.ts'
import { otherParameter } from '../initialization/other-parameters.ts'
import { layerReport, SingularBudget } from '../initialization/report.ts'
import type { SingularMode } from '../initialization/report.ts'
import type { InitialKernel, WeightScheme } from '../initialization/types.ts'

export interface InitializeModelRequest {
  readonly graph: LayerGraph
  readonly parameters: readonly ParameterSpec[]
  readonly spec: RunSpec
  readonly densities: DensityAnswer
  /** The run's initialization stream; each layer and purpose has a child of its own. */
  readonly stream: Stream
  /** Needed by the scheme `ai` alone. */
  readonly backend?: Backend
  /** Fraction in [0, 1]. */
  readonly onProgress?: (fraction: number) => void
  /** Needed by the scheme `file` alone: the values that the file holds for every parameter. */
  readonly given?: ModelState
  /** How much is spent on singular values; default `auto`. */
  readonly singular?: SingularMode
}

export interface InitializedModel {
  /** Float64 values of every parameter, and masks of the maskable kernels. */
  readonly state: ModelState
  /** One of each kernel, in the order of the parameters. */
  readonly reports: readonly LayerReport[]
  /** AI's total loss before each step and after the last; empty for other schemes. */
  readonly isometryLoss: readonly number[]
  /** Notes that concern the run, those of the density distribution included. */
  readonly notes: readonly string[]
}

function dense(parameter: ParameterSpec, spec: RunSpec, stream: Stream): InitialKernel {
  const shape = shapeOf(parameter)
  const { dense: name, gain } = spec.initialization
  const values = stream.split('values')
  try {
    return {
      values: denseInitializer(name)(shape, gain, values, parameter.name),
      mask: new Uint8Array(shape.entries).fill(1),
      notes: [],
    }
  } catch (error) {
    // A patch embedding has an even kernel; a model should not fail for its one layer that is never sparse.
    if (!(error instanceof BenchError) || error.code !== 'impossible') throw error
    const fallback = denseInitializer('orthogonal')(shape, gain, values, parameter.name)
    return {
      values: fallback,
      mask: new Uint8Array(shape.entries).fill(1),
      notes: [`Initialized with orthogonal: ${error.message}`],
    }
  }
}

/** A kernel that the distribution fixes: its density, raised to what EOI needs where that is more. */
function densityFor(spec: RunSpec, layer: LayerDensity): { density: number; notes: string[] } {
  const { parameter, density } = layer
  if (spec.initialization.scheme !== 'eoi' || parameter.shape.length !== 2) return { density, notes: [] }
  const least = leastDensity(parameter.shape[0], parameter.shape[1])
  if (density >= least || spec.initialization.structured) return { density, notes: [] }
  return {
    density: least,
    notes: [
      `Density ${density.toPrecision(4)} is less than an orthogonal matrix needs; ` +
        `the layer has the least, ${least.toPrecision(4)}.`,
    ],
  }
}

/** Runs AI over all maskable kernels of the state, in place. */
async function improve(
  request: InitializeModelRequest,
  maskable: readonly ParameterSpec[],
  state: ModelState,
): Promise<readonly number[]> {
  const { backend, spec, onProgress } = request
  if (!backend) {
    throw new BenchError(
      'unavailable',
      'Approximate isometry runs on an engine, and none was given.',
      'initialization.scheme',
    )
  }
  const layers = maskable.map((parameter) => {
    const values = state.parameters.get(parameter.name)
    const mask = state.masks.get(parameter.name)
    if (!values || !mask) throw new Error(`initialization: ${parameter.name} has no values`)
    const shape = shapeOf(parameter)
    return { name: parameter.name, shape, values: Float64Array.from(values), mask }
  })
  const { aiSteps, aiRate, gain } = spec.initialization
  const result = await approximateIsometry({
    layers,
    steps: aiSteps,
    rate: aiRate,
    gain,
    backend,
    onProgress,
  })
  for (const [name, values] of result.values) state.parameters.set(name, values)
  return result.loss
}

/** The scheme, its errors told with the layer that they befell. */
function namingLayer(layer: string, scheme: WeightScheme): WeightScheme {
  return (request) => {
    try {
      return scheme(request)
    } catch (error) {
      if (!(error instanceof BenchError)) throw error
      throw new BenchError(error.code, `${layer}: ${error.message}`, error.where ?? layer, { cause: error })
    }
  }
}

/** The kernel by the scheme of the specification, or dense where nothing is to be masked. */
function initialKernel(
  request: InitializeModelRequest,
  parameter: ParameterSpec,
  layer: LayerDensity | undefined,
): InitialKernel {
  const { spec, densities } = request
  const stream = request.stream.split(parameter.name)
  const read = request.given?.parameters.get(parameter.name)
  const given = read && spec.initialization.scheme === 'file' ? Float64Array.from(read) : undefined
  if (!layer) {
    if (!given) return dense(parameter, spec, stream)
    return { values: given, mask: new Uint8Array(given.length).fill(1), notes: [] }
  }
  const target = densityFor(spec, layer)
  const kernel = namingLayer(
    parameter.name,
    weightScheme(spec.initialization.scheme),
  )({
    parameter,
    density: target.density,
    mask: densities.masks?.get(parameter.name) ?? null,
    settings: spec.initialization,
    stream,
    activation: spec.model.activation,
    variant: spec.sparsity.variant,
    given,
  })
  return target.notes.length === 0 ? kernel : { ...kernel, notes: [...target.notes, ...kernel.notes] }
}

/**
 * Which kernels the scheme masks: all maskable ones, but for SAO, whose reference leaves the first and the
 * last dense.
 */
function layersToMask(request: InitializeModelRequest): Map<string, LayerDensity> {
  const layers = new Map(request.densities.layers.map((layer) => [layer.parameter.name, layer]))
  const names = request.parameters.filter(({ maskable }) => maskable).map(({ name }) => name)
  for (const name of names) if (!layers.has(name)) throw new Error(`initialization: no density for ${name}`)
  if (request.spec.initialization.scheme === 'sao') {
    layers.delete(names[0])
    layers.delete(names[names.length - 1])
  }
  return layers
}

/**
 * First values of a model. Maskable kernels get the scheme of the specification at the densities given (with
 * EOI and SAO the positions are their own; else the distribution's mask, or exactly round(d·entries) random
 * positions); SAO leaves the first and the last maskable kernel dense, as its reference does; other kernels
 * get the dense initializer.
 *
 * Throws BenchError('impossible') from a scheme that cannot take a layer, and BenchError('unavailable') for
 * AI without a backend. Adds a note, and goes on, where a layer's density is below what EOI allows.
 */
export async function initializeModel(request: InitializeModelRequest): Promise<InitializedModel> {
  const { graph, parameters, spec, densities, onProgress } = request
  const { scheme, gain } = spec.initialization
  const layers = layersToMask(request)
  const state: ModelState = { parameters: new Map(), masks: new Map() }
  const kernels: { parameter: ParameterSpec; kernel: InitialKernel }[] = []
  parameters.forEach((parameter, k) => {
    if (parameter.role === 'kernel') {
      const kernel = initialKernel(request, parameter, layers.get(parameter.name))
      kernels.push({ parameter, kernel })
      state.parameters.set(parameter.name, kernel.values)
      if (parameter.maskable) state.masks.set(parameter.name, kernel.mask)
    } else {
      const read = scheme === 'file' ? request.given?.parameters.get(parameter.name) : undefined
      const stream = request.stream.split(parameter.name).split('values')
      const values = read ?? otherParameter(graph, parameter, spec.initialization, stream)
      state.parameters.set(parameter.name, values)
    }
    if (scheme !== 'ai') onProgress?.((k + 1) / parameters.length)
  })
  const isometryLoss =
    scheme === 'ai'
      ? await improve(
          request,
          parameters.filter(({ maskable }) => maskable),
          state,
        )
      : []
  const places = convolutionPlaces(graph)
  const budget = new SingularBudget(request.singular ?? 'auto', places.size)
  const reports = kernels.map(({ parameter, kernel }) => {
    const { name } = parameter
    const asked = layers.get(name)?.density ?? 1
    const values = state.parameters.get(name) as Float64Array
    const place = places.get(name)
    return layerReport(parameter, values, kernel.mask, asked, gain, kernel.notes, budget, place)
  })
  return { state, reports, isometryLoss, notes: densities.notes }
}
