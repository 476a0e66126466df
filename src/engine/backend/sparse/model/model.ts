/**
 * The values of a layer graph as images: which share memory, and which halo each needs. Refuses, with the
 * reasons, what the kernels lack.
 */
import { inferShapes, sidePadding } from '../../../../shared/graph/shapes.ts'
import { LEAKY_SLOPE } from '../../../../shared/graph/types.ts'
import type { LayerActivation, LayerGraph, LayerNode, Shape } from '../../../../shared/graph/types.ts'
import { expanded } from './expand.ts'
import { extentOf, NO_HALO, unionHalo, type Geometry, type Halo } from './geometry.ts'
import { hasKernel, layerHas } from './layer-kinds.ts'
import { gradientHalo, inputHalo, sideOf, type KernelGeometry } from './kernel-plan.ts'

/** Activations whose slope needs what went in. */
export const KEEPS_INPUT: ReadonlySet<string> = new Set(['swish', 'gelu', 'hard-swish', 'gelu-tanh'])

/** A value in memory; several nodes may share it. */
export interface ModelValue {
  readonly name: string
  readonly geometry: Geometry
  readonly gradientGeometry: Geometry
}

export interface SparseModel {
  readonly graph: LayerGraph
  readonly nodes: ReadonlyMap<string, LayerNode>
  readonly shapes: ReadonlyMap<string, Shape>
  /** The memory of each node's output. */
  readonly values: ReadonlyMap<string, ModelValue>
  readonly kernels: ReadonlyMap<string, KernelGeometry>
  /** Nodes whose output has a gradient. */
  readonly differentiated: ReadonlySet<string>
  readonly consumers: ReadonlyMap<string, readonly LayerNode[]>
}

export function activationNumber({ activation }: Extract<LayerNode, { kind: 'activation' }>): number {
  return ACTIVATION_NUMBERS[activation]
}

/** As kernels/activations.ts numbers them. */
const ACTIVATION_NUMBERS = {
  linear: 0,
  tanh: 1,
  'hard-tanh': 2,
  relu: 3,
  'leaky-relu': 4,
  selu: 5,
  swish: 6,
  gelu: 7,
  sigmoid: 8,
  relu6: 9,
  'hard-sigmoid': 10,
  'hard-swish': 11,
  'gelu-tanh': 12,
} as const satisfies Record<LayerActivation, number>

/** Of the gradient of an activation whose slope was kept. */
export const SLOPE_KEPT = 13

/** Why the sparse kernels cannot run a graph; empty when they can. */
export function refusals(graph: LayerGraph): string[] {
  const kinds = new Set(graph.nodes.map(({ kind }) => kind).filter((kind) => !hasKernel(kind)))
  const reasons = [...kinds].map((kind) => `the layer kind ${kind} has no sparse kernel`)
  if (reasons.length > 0) return reasons
  const shapes = inferShapes(graph)
  for (const node of graph.nodes) {
    const shape = shapes.get(node.name) ?? []
    reasons.push(...settingRefusals(node))
    if (shape.length === 0 || shape.length > 3)
      reasons.push(`${node.name} is neither a vector, a sequence nor an image`)
  }
  if ((shapes.get(graph.output) ?? []).length > 2)
    reasons.push('the logits are neither a vector nor a sequence')
  if (reasons.length > 0) return reasons
  try {
    const { values, graph: planned } = sparseModel(graph)
    const output = values.get(planned.output)?.geometry
    const { length } = shapes.get(graph.output) ?? []
    if (output && length === 1 && output.height * output.width > 1)
      reasons.push('the logits are a flattened image')
  } catch (error) {
    if (!(error instanceof Error)) throw error
    reasons.push(error.message)
  }
  return reasons
}

/** Settings of known kinds that the kernels do not have. */
function settingRefusals(node: LayerNode): string[] {
  switch (node.kind) {
    case 'activation':
      return (node.slope ?? LEAKY_SLOPE) === LEAKY_SLOPE
        ? []
        : [`${node.name} has a slope of ${node.slope}, the sparse kernel of leaky-relu ${LEAKY_SLOPE}`]
    case 'conv':
    case 'depthwise-conv':
      return (node.dilation ?? 1) === 1 ? [] : [`${node.name} is a dilated convolution`]
    default:
      return []
  }
}

/** Plans the values. Throws where two layers ask for different borders of one value. */
export function sparseModel(source: LayerGraph): SparseModel {
  const graph = expanded(source)
  const shapes = inferShapes(graph)
  const consumers = new Map<string, LayerNode[]>(graph.nodes.map(({ name }) => [name, []]))
  for (const node of graph.nodes) for (const input of node.inputs) consumers.get(input)?.push(node)
  const roots = new Map<string, string>()
  const kernels = new Map<string, KernelGeometry>()
  const differentiated = new Set<string>()
  const byName = new Map(graph.nodes.map((node) => [node.name, node]))
  const halos = new Map<string, Halo>()
  const gradientHalos = new Map<string, Halo>()
  for (const node of graph.nodes) {
    const [first] = node.inputs
    roots.set(node.name, sharesInput(node, byName, consumers) ? (roots.get(first) ?? first) : node.name)
    if (layerHas(node.kind, 'parameters') || node.inputs.some((input) => differentiated.has(input)))
      differentiated.add(node.name)
    const kernel = kernelShape(node, shapes)
    if (!kernel) continue
    kernels.set(node.name, kernel)
    if (kernel.dense) continue
    const root = roots.get(first) ?? first
    halos.set(root, unionHalo(halos.get(root) ?? NO_HALO, inputHalo(kernel)))
    gradientHalos.set(node.name, gradientHalo(kernel))
  }
  const made = new Map<string, ModelValue>()
  const values = new Map<string, ModelValue>()
  for (const node of graph.nodes) {
    const root = roots.get(node.name) ?? node.name
    const input = values.get(node.inputs[0])?.geometry
    const flattened =
      input !== undefined && input.height * input.width > 1 && shapes.get(node.inputs[0])?.length === 1
    if (flattened && !layerHas(node.kind, 'readsFlattened'))
      throw new Error(`${node.name} (${node.kind}) reads a flattened image`)
    const extent = flattened && node.kind !== 'dense' ? input : extentOf(shapes.get(root) ?? [])
    if (!extent) throw new Error(`${root} is neither a vector, a sequence nor an image`)
    const { channels, height, width } = extent
    const value = made.get(root) ?? {
      name: root,
      geometry: { channels, height, width, ...(halos.get(root) ?? NO_HALO) },
      gradientGeometry: { channels, height, width, ...(gradientHalos.get(root) ?? NO_HALO) },
    }
    made.set(root, value)
    values.set(node.name, value)
  }
  return { graph, nodes: byName, shapes, values, kernels, differentiated, consumers }
}

/**
 * Whether a node's output is its input's memory: a flattened image is read in another order, activations
 * overwrite.
 */
function sharesInput(
  node: LayerNode,
  nodes: ReadonlyMap<string, LayerNode>,
  consumers: ReadonlyMap<string, readonly LayerNode[]>,
): boolean {
  if (node.kind === 'flatten') return true
  if (node.kind !== 'activation') return false
  if (node.activation === 'linear') return true
  const before = nodes.get(node.inputs[0])
  return (
    !KEEPS_INPUT.has(node.activation) &&
    before !== undefined &&
    layerHas(before.kind, 'overwritable') &&
    consumers.get(before.name)?.length === 1
  )
}

function kernelShape(node: LayerNode, shapes: ReadonlyMap<string, Shape>): KernelGeometry | null {
  const input = shapes.get(node.inputs[0]) ?? []
  const output = shapes.get(node.name) ?? []
  if (node.kind === 'dense') return denseShape(node.units, input)
  if (node.kind !== 'conv' && node.kind !== 'depthwise-conv') return null
  const [height, width, channels] = input
  const groups = node.kind === 'conv' ? node.groups : channels
  const inputs = channels / groups
  const { kernel, stride, padding } = node
  return {
    rows: output[2],
    columns: kernel[0] * kernel[1] * inputs,
    groups,
    inputs,
    vertical: sideOf(height, output[0], kernel[0], stride, sidePadding(padding, 'rows')),
    horizontal: sideOf(width, output[1], kernel[1], stride, sidePadding(padding, 'columns')),
    circular: padding === 'circular',
    dense: false,
  }
}

/** A dense layer over the places of a sequence or an image is a convolution of one tap. */
function denseShape(units: number, input: Shape): KernelGeometry {
  const { channels, height, width } = extentOf(input) ?? { channels: 1, height: 1, width: 1 }
  return {
    rows: units,
    columns: channels,
    groups: 1,
    inputs: channels,
    vertical: sideOf(height, height, 1, 1, 'valid'),
    horizontal: sideOf(width, width, 1, 1, 'valid'),
    circular: false,
    dense: input.length === 1,
  }
}
