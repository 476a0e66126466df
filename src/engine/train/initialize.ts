/**
 * Initialization of a whole model: every parameter's first values, every mask, and the report of every
 * kernel.
 */
import { BenchError } from '../../shared/contract/errors.ts'
import type { LayerReport } from '../../shared/contract/run.ts'
import type { LayerGraph, ParameterSpec } from '../../shared/graph/types.ts'
import { schemeHas } from '../../shared/methods/traits.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { drawsBiases } from '../../shared/spec/usage-rules.ts'
import type { Backend } from '../program/backend.ts'
import type { ModelState } from '../program/types.ts'
import { collapseNote } from '../density/kernels.ts'
import type { DensityResult, LayerDensity } from '../density/types.ts'
import type { Stream } from '../rng.ts'
import { convolutionPlaces } from '../initialization/convolution-places.ts'
import { denseInitializer } from '../initialization/dense/index.ts'
import { initializeKernels, weightScheme } from '../initialization/index.ts'
import { kernelShapeOf } from '../initialization/kernel-shape.ts'
import { countOnes } from '../initialization/masks.ts'
import { otherParameter } from '../initialization/other-parameters.ts'
import { layerReport, SingularBudget } from '../initialization/report.ts'
import { checkedKernel, checkedRequest } from '../initialization/sanity.ts'
import type { SingularMode } from '../initialization/report.ts'
import type { InitialKernel, InitializationRequest, ModelKernels } from '../initialization/types.ts'
import type { FloatArray } from '../ops/ir.ts'

export interface InitializeModelRequest {
  readonly graph: LayerGraph
  readonly parameters: readonly ParameterSpec[]
  readonly spec: RunSpec
  /** Null: every kernel dense. */
  readonly densities: DensityResult | null
  /** The run's initialization stream; each layer and purpose has a child of its own. */
  readonly stream: Stream
  /** Needed by schemes that descend over all layers. */
  readonly backend?: Backend
  /** Fraction in [0, 1]. */
  readonly onProgress?: (fraction: number) => void
  /** Needed by schemes that read values: those of every parameter. */
  readonly given?: ModelState
  /** How much is spent on singular values; default `auto`. */
  readonly singular?: SingularMode
  /** Awaited now and then in long work; throws to end it. */
  readonly check?: () => void | Promise<void>
}

export interface InitializedModel {
  /** Float64 values of every parameter, and masks of the maskable kernels. */
  readonly state: ModelState
  /** One of each kernel, in the order of the parameters. */
  readonly reports: readonly LayerReport[]
  /** Total loss of a scheme that descends, before each step and after the last; else empty. */
  readonly isometryLoss: readonly number[]
  /** Notes that concern the run, those of the density distribution included. */
  readonly notes: readonly string[]
}

function dense(parameter: ParameterSpec, spec: RunSpec, stream: Stream): InitialKernel {
  const shape = kernelShapeOf(parameter)
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

/** A dense kernel of values that were read. */
function whole(read: FloatArray): InitialKernel {
  return { values: Float64Array.from(read), mask: new Uint8Array(read.length).fill(1), notes: [] }
}

/**
 * Which kernels the scheme masks: all maskable ones, but for the first and the last where it keeps them
 * dense.
 */
function layersToMask(request: InitializeModelRequest): Map<string, LayerDensity> {
  const { densities, parameters, spec } = request
  if (densities === null) return new Map()
  const layers = new Map(densities.layers.map((layer) => [layer.parameter.name, layer]))
  const names = parameters.filter(({ maskable }) => maskable).map(({ name }) => name)
  for (const name of names) if (!layers.has(name)) throw new Error(`initialization: no density for ${name}`)
  if (schemeHas(spec.initialization, 'keepsEndsDense')) {
    layers.delete(names[0])
    layers.delete(names[names.length - 1])
  }
  return layers
}

/** The masked kernels, by the scheme of the specification. */
async function maskedKernels(
  request: InitializeModelRequest,
  layers: ReadonlyMap<string, LayerDensity>,
): Promise<ModelKernels> {
  const { spec, parameters, densities, backend = null, given, check } = request
  const settings = spec.initialization
  const scheme = weightScheme(settings.scheme)
  const notes = new Map<string, readonly string[]>()
  const ownsPositions =
    schemeHas(settings, 'ownsPositions') || schemeHas(settings, 'ownsMask') || given !== undefined
  const kernels = parameters.flatMap((parameter): InitializationRequest[] => {
    const { name } = parameter
    const layer = layers.get(name)
    if (!layer) return []
    const target = scheme.attainable?.(parameter, layer.density, settings) ?? { ...layer, notes: [] }
    notes.set(name, target.notes)
    const read = given?.parameters.get(name)
    const asked: InitializationRequest = {
      parameter,
      density: target.density,
      mask: densities?.masks?.get(name) ?? null,
      settings,
      stream: request.stream.split(name),
      activation: spec.model.activation,
      variant: spec.sparsity.variant,
      given: read && Float64Array.from(read),
    }
    return [ownsPositions ? asked : checkedRequest(asked)]
  })
  if (kernels.length === 0) return { kernels: new Map(), loss: [] }
  const { onProgress } = request
  const made = await initializeKernels(scheme, { kernels, settings, backend, onProgress, check })
  const noted = kernels.map((asked): [string, InitialKernel] => {
    const { name } = asked.parameter
    const first = made.kernels.get(name) as InitialKernel
    const kernel = ownsPositions ? checkedKernel(first, asked) : first
    const before = notes.get(name) ?? []
    return [name, before.length === 0 ? kernel : { ...kernel, notes: [...before, ...kernel.notes] }]
  })
  return { ...made, kernels: new Map(noted) }
}

/** The density that a report names as asked: that of a scheme's own mask is its own. */
function askedOf(spec: RunSpec, layer: LayerDensity | undefined, { mask }: InitialKernel): number {
  if (!layer) return 1
  return schemeHas(spec.initialization, 'ownsMask') ? countOnes(mask) / mask.length : layer.density
}

/**
 * First values of a model. Maskable kernels get the scheme of the specification at the densities given (its
 * positions, where it makes them; else the distribution's mask, or exactly round(d·entries) random
 * positions); other kernels, and the first and the last where the scheme keeps them dense, get the dense
 * initializer, or what was read. Without densities every kernel is dense: the values that scores are taken
 * at.
 *
 * Throws BenchError('impossible') from a scheme that cannot take a layer, and BenchError('unavailable') for
 * one that needs a backend and got none. Adds a note, and goes on, where a layer's density is below what the
 * scheme can give.
 */
export async function initializeModel(request: InitializeModelRequest): Promise<InitializedModel> {
  const { graph, parameters, spec, densities, given } = request
  const layers = layersToMask(request)
  const masked = await maskedKernels(request, layers)
  const state: ModelState = { parameters: new Map(), masks: new Map() }
  const kernels: { parameter: ParameterSpec; kernel: InitialKernel }[] = []
  const biases = drawsBiases(spec)
    ? { kernels: parameters.filter(({ role }) => role === 'kernel') }
    : { std: spec.initialization.biasStd }
  for (const parameter of parameters) {
    const { name } = parameter
    const stream = request.stream.split(name)
    const read = given?.parameters.get(name)
    if (parameter.role !== 'kernel') {
      const values = read ?? otherParameter(graph, parameter, biases, stream.split('values'))
      state.parameters.set(name, values)
      continue
    }
    const kernel = masked.kernels.get(name) ?? (read ? whole(read) : dense(parameter, spec, stream))
    kernels.push({ parameter, kernel })
    state.parameters.set(name, kernel.values)
    if (parameter.maskable) state.masks.set(name, kernel.mask)
  }
  const places = convolutionPlaces(graph)
  const budget = new SingularBudget(request.singular ?? 'auto', places.size)
  const { gain } = spec.initialization
  const reports = kernels.map(({ parameter, kernel }) => {
    const { values, mask, notes } = kernel
    const asked = askedOf(spec, layers.get(parameter.name), kernel)
    const place = places.get(parameter.name)
    return layerReport(parameter, values, mask, asked, gain, notes, budget, place)
  })
  const notes = densities?.notes ?? []
  // A distribution by formula asks for densities; only here it shows that a layer rounds to nothing.
  const empty = reports.filter(({ nonzeros }) => nonzeros === 0).map(({ name }) => name)
  const note = empty.length > 0 ? [collapseNote(empty, reports.length)] : []
  return { state, reports, isometryLoss: masked.loss, notes: [...new Set([...notes, ...note])] }
}
