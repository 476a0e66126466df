/** What is known of a program before its masks: threads, lanes, images, and where all that is fixed lies. */
import { threadCount } from '../../../threads/count.ts'
import { kernelName, parametersOf } from '../../../../shared/graph/parameters.ts'
import { inferShapes, predictionsOf } from '../../../../shared/graph/shapes.ts'
import type { LayerNode } from '../../../../shared/graph/types.ts'
import type { ParameterLocation } from '../../../program/types.ts'
import type { ResidentExamples } from '../../../program/examples.ts'
import type { TrainingSource } from '../../../program/types.ts'
import { Arena, type Piece } from './arena.ts'
import { bytesOf, FLOAT, imageAt, type Image } from '../model/geometry.ts'
import {
  convolutionAddresses,
  denseAddresses,
  kernelPhases,
  needsFold,
  type KernelAddresses,
  type KernelGeometry,
  type Phase,
} from '../model/kernel-plan.ts'
import { layerOf } from '../layers/index.ts'
import type { ControlWords } from './control.ts'
import { momentBytes } from '../layers/norm.ts'
import { sparseModel, type SparseModel } from '../model/model.ts'
import { planResident, type ResidentPlan } from './resident.ts'

/** Two f64 of each thread and parameter. */
export const SUM_BYTES = 16

/** The first page holds the kernels' own constants. */
const FIRST_ADDRESS = 65536

/** Where a kernel's numbers find each other: the same for all kernels of one shape between like images. */
export interface KernelAddressing {
  readonly addresses: KernelAddresses
  /** Tables of rows' addresses: of the output, of the input's gradient. */
  readonly rowOut: Int32Array
  readonly backRowOut: Int32Array
}

export interface KernelPlan extends KernelAddressing {
  readonly node: string
  readonly location: ParameterLocation
  readonly shape: KernelGeometry
  readonly phases: readonly Phase[]
  /** Whether its input has a gradient. */
  readonly back: boolean
  /** Whether it is a dense layer's, not a convolution's. */
  readonly dense: boolean
  /** Whether it is an embedding's table, whose rows are the kernel's. */
  readonly tied: boolean
}

export interface SparsePlan {
  readonly source: TrainingSource
  /** As parameterLocations. */
  readonly locations: readonly ParameterLocation[]
  readonly model: SparseModel
  readonly threads: number
  readonly lanes: number
  readonly place: number
  /** Relative to a thread's region. */
  readonly images: ReadonlyMap<string, Image>
  readonly gradientImages: ReadonlyMap<string, Image>
  readonly kernels: ReadonlyMap<string, KernelPlan>
  /** Constant tables of layers, `layer/what`. */
  readonly tables: ReadonlyMap<string, Int32Array>
  readonly memory: ReadonlyMap<string, number>
  /** Bytes of the largest work space that a layer asks for. */
  readonly scratch: number
  /** Predictions of an example: 1, or one a token. */
  readonly predictions: number
  /** i32 [predictions][lanes]. */
  readonly labels: number
  /** Where examples belong to two classes: the other labels, and the shares of both. */
  readonly mixed: { readonly others: number; readonly shares: number; readonly otherShares: number } | null
  readonly weights: number
  readonly laneMask: number
  /** Two addresses a lane, where examples are resident. */
  readonly laneAddresses: number
  /** First free address of a region: where gradients go. */
  readonly regionUsed: number
  /** Absolute. */
  readonly shared: ReadonlyMap<string, number>
  readonly feeds: ReadonlyMap<string, { readonly at: number; readonly size: number }>
  readonly logits: number
  readonly control: ControlWords
  /** The examples that `runSteps` takes batches of; null where there are none. */
  readonly resident: ResidentPlan | null
  /** First free absolute address. */
  readonly used: number
  /** What was handed out: of a region, and besides. */
  readonly regionPieces: readonly Piece[]
  readonly pieces: readonly Piece[]
}

/**
 * Lanes of a thread and threads for a batch: no idle thread, 16 lanes and more; 8 where the values have
 * places that fill longer vectors.
 */
export function splitBatch(
  batch: number,
  places: boolean,
  parallelism = threadCount(),
): { threads: number; lanes: number } {
  const least = places ? 8 : 16
  const wanted = Math.max(1, Math.min(parallelism, Math.ceil(batch / least)))
  const share = Math.ceil(batch / wanted)
  const lanes = share <= least ? least : Math.ceil(share / 16) * 16
  return { threads: Math.ceil(batch / lanes), lanes }
}

/** The threads and lanes of a program. */
export function splitOf({ graph, options }: TrainingSource): { threads: number; lanes: number } {
  const shapes = inferShapes(graph)
  const places = graph.nodes.some(({ kind, name }) => kind !== 'input' && (shapes.get(name) ?? []).length > 1)
  return splitBatch(options.batchSize, places)
}

/** `examples` are kept where they have room and nothing else is fed. */
export function planProgram(source: TrainingSource, examples?: ResidentExamples): SparsePlan {
  const { layout, options } = source
  const model = sparseModel(source.graph)
  const { graph } = model
  const { threads, lanes } = splitOf(source)
  const place = lanes * FLOAT
  const region = new Arena(0)
  const images = new Map<string, Image>()
  const gradientImages = new Map<string, Image>()
  const made = new Map<string, Image>()
  for (const [node, value] of model.values) {
    const image =
      made.get(value.name) ?? imageAt(region.take(bytesOf(value.geometry, place)), value.geometry, place)
    made.set(value.name, image)
    images.set(node, image)
    gradientImages.set(node, imageAt(0, value.gradientGeometry, place))
  }
  const predictions = predictionsOf(graph, model.shapes)
  const labels = region.take(predictions * place)
  const mixed = options.mixed
    ? { others: region.take(place), shares: region.take(place), otherShares: region.take(place) }
    : null
  const weights = region.take(place)
  const laneMask = region.take(place)
  const laneAddresses = region.take(2 * place)
  const arena = new Arena(FIRST_ADDRESS)
  const control = {
    begin: arena.take(64),
    barrier: arena.take(64),
    places: arena.take(4 * threads),
    counts: arena.take(4 * threads),
    totals: arena.take(64 * threads),
    numbers: arena.take(64),
  }
  const shared = new Map<string, number>()
  const memory = new Map<string, number>()
  const feeds = new Map<string, { at: number; size: number }>()
  const addFeed = (name: string, size: number): void => {
    feeds.set(name, { at: arena.take(threads * lanes * size * FLOAT), size })
  }
  const kernels = new Map<string, KernelPlan>()
  const tables = new Map<string, Int32Array>()
  const alike = new Map<string, KernelAddressing>()
  let scratch = 0
  const locations = new Map(layout.locations.map((location) => [location.parameter.name, location]))
  for (const node of graph.nodes) {
    const value = model.values.get(node.name)
    if (!value) throw new Error(`${node.name} has no value`)
    const { channels, height, width } = value.geometry
    if (node.kind === 'input') addFeed('x', channels * height * width)
    if (node.kind === 'batch-norm') {
      shared.set(`${node.name}/moments`, arena.take(threads * momentBytes(channels)))
      memory.set(`${node.name}/saved`, region.take(8 * channels))
    }
    if ((node.kind === 'dropout' || node.kind === 'stochastic-depth') && node.rate > 0) {
      const size = node.kind === 'dropout' ? channels * height * width : 1
      addFeed(`uniform:${node.name}`, size)
      memory.set(`${node.name}/uniform`, region.take(size * place))
    }
    const from = images.get(node.inputs[0])
    const layer = layerOf(node)
    if (from) {
      scratch = Math.max(scratch, layer.scratch?.(node, from) ?? 0)
      for (const [what, bytes] of Object.entries(layer.memory?.(node, from, place) ?? {}))
        memory.set(`${node.name}/${what}`, region.take(bytes))
      const between = {
        from,
        to: imageOf(images, node.name),
        inputGradient: imageOf(gradientImages, node.inputs[0]),
        gradient: imageOf(gradientImages, node.name),
        shape: model.shapes.get(node.inputs[0]) ?? [],
        place,
      }
      for (const [what, table] of Object.entries(layer.tables?.(node, between) ?? {}))
        tables.set(`${node.name}/${what}`, table)
    }
    const kernel = planKernel(node, model, images, gradientImages, locations, place, alike)
    if (!kernel) continue
    kernels.set(node.name, kernel)
    if (kernel.back && needsFold(kernel.shape)) {
      const { vertical, horizontal, groups, inputs } = kernel.shape
      const sides = [vertical, horizontal].map(({ before, length, after }) => before + length + after)
      memory.set(`${node.name}/fold`, region.take(groups * inputs * sides[0] * sides[1] * place))
    }
  }
  const resident =
    examples && feeds.size === 1 && !mixed && predictions === 1
      ? planResident(arena, examples, threads * lanes)
      : null
  const logits = arena.take(threads * lanes * graph.classes * predictions * FLOAT)
  return {
    source,
    locations: parameterLocations(source),
    model,
    threads,
    lanes,
    place,
    images,
    gradientImages,
    kernels,
    tables,
    memory,
    scratch,
    predictions,
    labels,
    mixed,
    weights,
    laneMask,
    laneAddresses,
    resident,
    regionUsed: region.end,
    shared,
    feeds,
    logits,
    control,
    used: arena.end,
    regionPieces: region.pieces,
    pieces: arena.pieces,
  }
}

function planKernel(
  node: LayerNode,
  model: SparseModel,
  images: ReadonlyMap<string, Image>,
  gradients: ReadonlyMap<string, Image>,
  locations: ReadonlyMap<string, ParameterLocation>,
  place: number,
  alike: Map<string, KernelAddressing>,
): KernelPlan | null {
  const shape = model.kernels.get(node.name)
  if (!shape) return null
  const [from] = node.inputs
  const input = imageOf(images, from)
  const output = imageOf(images, node.name)
  const gradient = imageOf(gradients, node.name)
  const inputGradient = imageOf(gradients, from)
  const location = locations.get(kernelName(node))
  if (!location) throw new Error(`${node.name} has no kernel`)
  const addressing = (): KernelAddressing => {
    const addresses = shape.dense
      ? denseAddresses(shape.rows, input, gradient, place)
      : convolutionAddresses(shape, input, gradient, place)
    const backRowOut = shape.dense
      ? denseAddresses(0, inputGradient, gradient, place).inputOfColumn
      : Int32Array.from({ length: addresses.channels }, (_, channel) => channel * inputGradient.plane)
    const rowOut = Int32Array.from({ length: shape.rows }, (_, row) => row * output.plane)
    return { addresses, rowOut, backRowOut }
  }
  // Deep networks repeat themselves: layers of one shape share one set of tables.
  const strides = [input, output, gradient, inputGradient].flatMap(({ geometry, plane, row }) => [
    geometry.channels,
    geometry.height,
    geometry.width,
    plane,
    row,
  ])
  const key = JSON.stringify([node.kind, shape, strides])
  const known = alike.get(key) ?? addressing()
  alike.set(key, known)
  const phases = shape.dense
    ? [{ y: 0, x: 0, height: 1, width: 1, fromY: 0, fromX: 0, used: true }]
    : kernelPhases(shape)
  return {
    node: node.name,
    location,
    shape,
    ...known,
    phases,
    back: model.differentiated.has(from),
    dense: shape.dense,
    tied: node.kind === 'dense' && node.tied !== undefined,
  }
}

function imageOf(images: ReadonlyMap<string, Image>, node: string): Image {
  const image = images.get(node)
  if (!image) throw new Error(`${node} has no image`)
  return image
}

/** Trainable parameters and running statistics of a program, in the order of its layout. */
export function parameterLocations(source: TrainingSource): readonly ParameterLocation[] {
  const known = new Set(parametersOf(source.graph).map(({ name }) => name))
  return source.layout.locations.filter(({ parameter }) => known.has(parameter.name))
}
