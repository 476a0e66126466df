/** The density distribution of a run: shapes alone, or scores of the network at its Base initialization. */
import { BenchError } from '../../shared/contract/errors.ts'
import { inferShapes, sizeOf } from '../../shared/graph/shapes.ts'
import { parametersOf } from '../../shared/graph/parameters.ts'
import type { LayerGraph } from '../../shared/graph/types.ts'
import { distributionOf } from '../../shared/methods/registry.ts'
import {
  distributionsWithoutData,
  dynamicTraits,
  prunes,
  publishedLogSoftmax,
  schemeHas,
  scoresOf,
  startDensityOf,
  usesDistribution,
} from '../../shared/methods/traits.ts'
import { settingAt } from '../../shared/methods/usage.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Backend } from '../program/backend.ts'
import type { ModelState } from '../program/types.ts'
import type { Dataset } from '../data/types.ts'
import { densities } from '../density/index.ts'
import { densitiesOnly, fromMasks } from '../density/kernels.ts'
import type { DensityResult } from '../density/types.ts'
import { initializeModel } from './initialize.ts'
import { loadWeights } from '../interchange/weights-file.ts'
import { Stream } from '../rng.ts'
import { balancedBatch, balancedSample, randomBatch, sampleOf, wholeSet } from './score-batches.ts'
import type { ScoreSample } from './score-batches.ts'
import { createScoreEngine } from './score-engine.ts'

/**
 * The state that scores are taken at: dense Base values, by the same streams that the run's own values use,
 * so that SNIP-Base trains the very weights that SNIP scored; the values of the file where there is one.
 */
async function baseState(
  spec: RunSpec,
  graph: LayerGraph,
  kernels: ReturnType<typeof parametersOf>,
  given: ModelState | null,
  stream: Stream = Stream.root(spec.seed).split('initialization'),
): Promise<ModelState> {
  if (given) {
    const dense = kernels.map(({ name, shape }) => [name, new Uint8Array(sizeOf(shape)).fill(1)] as const)
    return { parameters: given.parameters, masks: new Map(dense) }
  }
  const { state } = await initializeModel({
    graph,
    parameters: parametersOf(graph),
    spec,
    densities: null,
    stream,
    singular: 'none',
  })
  return state
}

/**
 * The data that a distribution scores weights on; null where it needs none. Throws what `open` throws, with
 * the distributions that work without data beside the reason.
 */
export async function openScoreData(
  spec: RunSpec,
  open: (data: RunSpec['data']) => Promise<Dataset>,
): Promise<Dataset | null> {
  if (scoresOf(spec) !== 'data') return null
  const { sparsity, data } = spec
  try {
    return await open(data)
  } catch (reason) {
    if (!(reason instanceof BenchError)) throw reason
    throw new BenchError(
      reason.code,
      `${sparsity.distribution} scores weights on ${data.name}. ${reason.message}. ` +
        `Without data work ${distributionsWithoutData()}.`,
      reason.where,
      { cause: reason },
    )
  }
}

async function scoreSample(spec: RunSpec, graph: LayerGraph, dataset: Dataset | null): Promise<ScoreSample> {
  const { distribution, variant, examplesPerClass } = spec.sparsity
  if (scoresOf(spec) !== 'data') {
    const input = inferShapes(graph).get(graph.nodes[0].name) ?? []
    return sampleOf([{ x: new Float32Array(sizeOf(input)), y: new Int32Array(1) }])
  }
  if (!dataset) {
    throw new BenchError(
      'impossible',
      `${distribution} scores weights on data, and no data set is open; ` +
        `without data work ${distributionsWithoutData()}`,
      'sparsity.distribution',
    )
  }
  const stream = Stream.root(spec.seed).split('scores')
  const size = Math.min(spec.training.batchSize, dataset.size('train'))
  if (distributionOf(distribution).traits.batches !== 'balanced')
    return sampleOf([await randomBatch(dataset, size, stream)])
  if (variant === 'published') return wholeSet(dataset, size, stream)
  return examplesPerClass === 0 || variant === 'published-earlier'
    ? balancedBatch(dataset, size, stream)
    : balancedSample(dataset, examplesPerClass, size, stream)
}

/** The weights that a specification reads from a file; null for the schemes that make their own. */
export function givenWeights({ initialization }: RunSpec, graph: LayerGraph): ModelState | null {
  return schemeHas(initialization, 'readsValues')
    ? loadWeights(parametersOf(graph), initialization.file)
    : null
}

/**
 * Layer densities (and masks, from scores) of a run. A scheme that owns its masks is asked nothing: they are
 * those of the file, where one was read (`given`, read here where it is not handed in), else the scheme's to
 * make. Scores are taken at the file's values, where there are such. Throws BenchError('impossible') for what
 * the method cannot do.
 */
export async function runDensities(
  spec: RunSpec,
  graph: LayerGraph,
  dataset: Dataset | null,
  backend: Backend,
  onProgress: (fraction: number) => void,
  given: ModelState | null = givenWeights(spec, graph),
): Promise<DensityResult> {
  const kernels = parametersOf(graph).filter(({ maskable }) => maskable)
  if (schemeHas(spec.initialization, 'ownsMask')) return ownMasks(kernels, given)
  return distributed(spec, graph, dataset, backend, onProgress, given)
}

function ownMasks(kernels: ReturnType<typeof parametersOf>, given: ModelState | null): DensityResult {
  return given ? fromMasks(kernels, given.masks) : everywhere(kernels, 1)
}

const everywhere = (kernels: ReturnType<typeof parametersOf>, density: number): DensityResult =>
  densitiesOnly(
    kernels,
    kernels.map(() => density),
  )

/**
 * The same for the masks that training begins with: all weights, or more than in the end, where it prunes.
 */
export async function startDensities(...asked: Parameters<typeof runDensities>): Promise<DensityResult> {
  const [spec, graph, ...rest] = asked
  const density = startDensityOf(spec)
  if (density === null || schemeHas(spec.initialization, 'ownsMask')) return runDensities(...asked)
  if (density === 1)
    return everywhere(
      parametersOf(graph).filter(({ maskable }) => maskable),
      1,
    )
  return runDensities(withDensity(spec, density), graph, ...rest)
}

const withDensity = (spec: RunSpec, density: number): RunSpec => ({
  ...spec,
  sparsity: { ...spec.sparsity, density },
})

/** Densities that a run which prunes goes from and to in each layer, in the order of the kernels. */
export interface PruningTargets {
  readonly from: Float64Array
  readonly to: Float64Array
}

/** The densities of a run's pruning; null where it does not prune. */
export async function pruningTargets(
  spec: RunSpec,
  graph: LayerGraph,
  dataset: Dataset | null,
  backend: Backend,
): Promise<PruningTargets | null> {
  if (!prunes(spec)) return null
  const kernels = parametersOf(graph).filter(({ maskable }) => maskable)
  const given = givenWeights(spec, graph)
  const at = async (density: number): Promise<Float64Array> => {
    const { layers } =
      density < 1 && usesDistribution(spec)
        ? await distributed(withDensity(spec, density), graph, dataset, backend, () => undefined, given)
        : everywhere(kernels, density)
    return Float64Array.from(layers, (layer) => layer.density)
  }
  const first = settingAt(spec.dynamic, 'startDensity')
  return {
    from: await at(dynamicTraits(spec).moments === 'schedule' && typeof first === 'number' ? first : 1),
    to: await at(spec.sparsity.density),
  }
}

async function distributed(
  spec: RunSpec,
  graph: LayerGraph,
  dataset: Dataset | null,
  backend: Backend,
  onProgress: (fraction: number) => void,
  given: ModelState | null,
): Promise<DensityResult> {
  const { distribution, density, variant } = spec.sparsity
  const kernels = parametersOf(graph).filter(({ maskable }) => maskable)
  const redraw = async (stream: Stream) => {
    const { parameters } = await baseState(spec, graph, kernels, null, stream)
    return new Map(kernels.map(({ name }) => [name, Float64Array.from(parameters.get(name) ?? [])]))
  }
  const request = {
    kernels,
    density,
    variant,
    onProgress,
    stream: Stream.root(spec.seed).split('density'),
    settings: spec.sparsity.settings,
    inverted: spec.sparsity.inverted,
    activation: spec.model.activation,
    publishedLogSoftmax: publishedLogSoftmax(spec.model, spec.sparsity),
    graph,
    rounds: spec.sparsity.scoreRounds,
    draws: spec.sparsity.scoreDraws,
    batchSize: spec.training.batchSize,
    ...(given ? {} : { redraw }),
  }
  if (scoresOf(spec) === 'nothing') return densities(distribution, request)
  const state = await baseState(spec, graph, kernels, given)
  const scores = createScoreEngine(graph, state, await scoreSample(spec, graph, dataset), backend)
  try {
    return await densities(distribution, { ...request, scores })
  } finally {
    scores.dispose()
  }
}
