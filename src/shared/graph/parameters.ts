/** The parameters of a layer graph: names, shapes, what each is for. */
import type { LayerGraph, LayerNode, ParameterRole, ParameterSpec, Shape } from './types.ts'
import { inferShapes, sizeOf } from './shapes.ts'

/**
 * All parameters in the order of the layers. Names are `${layer}.kernel`, `.bias`; batch norm `.scale`,
 * `.shift`, `.running-mean`, `.running-variance`; layer norm `.scale`, `.shift`; attention `.qkv.kernel` [f,
 * 3f] (query, key, value), `.qkv.bias`, `.projection.kernel`, `.projection.bias`; `.token` [f], `.position`
 * [t, f], `.table` [vocabulary, f], `.layer-scale` [f].
 */
export function parametersOf(
  graph: LayerGraph,
  shapes: ReadonlyMap<string, Shape> = inferShapes(graph),
): ParameterSpec[] {
  return graph.nodes.flatMap((node) =>
    layerParameters(
      node,
      node.inputs.map((name) => shapes.get(name) ?? []),
    ),
  )
}

/** The parameters of one layer that is fed values of the given shapes. */
export function layerParameters(node: LayerNode, inputs: readonly Shape[]): ParameterSpec[] {
  const input = inputs[0] ?? []
  const features = input[input.length - 1] ?? 0
  const make = (suffix: string, role: ParameterRole, shape: Shape, maskable = false): ParameterSpec => ({
    name: `${node.name}.${suffix}`,
    layer: node.name,
    role,
    shape,
    maskable,
    trainable: role !== 'running-mean' && role !== 'running-variance',
    depthwise: node.kind === 'depthwise-conv' && role === 'kernel',
    ...(role === 'kernel' && isPatchKernel(node) && { patches: true as const }),
  })
  const bias = (wanted: boolean, units: number) => (wanted ? [make('bias', 'bias', [units])] : [])
  switch (node.kind) {
    case 'dense':
      return [
        ...(node.tied === undefined ? [make('kernel', 'kernel', [features, node.units], node.maskable)] : []),
        ...bias(node.bias, node.units),
      ]
    case 'conv':
      return [
        make('kernel', 'kernel', [...node.kernel, features / node.groups, node.filters], node.maskable),
        ...bias(node.bias, node.filters),
      ]
    case 'depthwise-conv':
      return [
        make('kernel', 'kernel', [...node.kernel, features, 1], node.maskable),
        ...bias(node.bias, features),
      ]
    case 'batch-norm':
      return [
        make('scale', 'scale', [features]),
        make('shift', 'shift', [features]),
        make('running-mean', 'running-mean', [features]),
        make('running-variance', 'running-variance', [features]),
      ]
    case 'layer-norm':
      return [make('scale', 'scale', [features]), make('shift', 'shift', [features])]
    case 'attention':
      return [
        make('qkv.kernel', 'kernel', [features, 3 * features]),
        make('qkv.bias', 'bias', [3 * features]),
        make('projection.kernel', 'kernel', [features, features]),
        make('projection.bias', 'bias', [features]),
      ]
    case 'class-token':
      return [make('token', 'token', [features])]
    case 'position-embedding':
      return [make('position', 'position', input)]
    case 'token-embedding':
      return [make('table', 'embedding', [node.vocabulary, node.features])]
    case 'layer-scale':
      return [make('layer-scale', 'layer-scale', [features])]
    default:
      return []
  }
}

/** Name of the parameter that a layer multiplies by: its own kernel, or the table that it is tied to. */
export function kernelName(node: LayerNode): string {
  return node.kind === 'dense' && node.tied !== undefined ? `${node.tied}.table` : `${node.name}.kernel`
}

function isPatchKernel(node: LayerNode): boolean {
  if (node.kind !== 'conv' || !node.maskable || node.groups > 1 || (node.dilation ?? 1) > 1) return false
  return node.kernel.some((side) => side % 2 === 0) && node.kernel.every((side) => side <= node.stride)
}

export interface ParameterCounts {
  /** Trainable parameters; running statistics are left out, as is usual. */
  readonly parameters: number
  /** Entries of maskable kernels. */
  readonly maskable: number
  readonly kernels: number
}

/** Sums over parameters, for a layer or for a whole model. */
export function countParameters(parameters: readonly ParameterSpec[]): ParameterCounts {
  let trainable = 0
  let maskable = 0
  let kernels = 0
  for (const parameter of parameters) {
    const entries = sizeOf(parameter.shape)
    if (parameter.trainable) trainable += entries
    if (parameter.maskable) maskable += entries
    if (parameter.role === 'kernel') kernels += entries
  }
  return { parameters: trainable, maskable, kernels }
}

/** The counts of every layer that has parameters, in order. */
export function countByLayer(parameters: readonly ParameterSpec[]): Map<string, ParameterCounts> {
  const groups = new Map<string, ParameterSpec[]>()
  for (const parameter of parameters) {
    const group = groups.get(parameter.layer)
    if (group) group.push(parameter)
    else groups.set(parameter.layer, [parameter])
  }
  return new Map([...groups].map(([layer, group]) => [layer, countParameters(group)]))
}
