/** Shape inference: from the input's shape to the shape after every layer, without the batch. */
import { BenchError } from '../contract/errors.ts'
import type { LayerGraph, LayerNode, Padding, Shape } from './types.ts'

/** Entries of a tensor of that shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, side) => product * side, 1)
}

/** `28 × 28 × 1`, or `scalar`. */
export function shapeText(shape: Shape): string {
  return shape.length === 0 ? 'scalar' : shape.join(' × ')
}

/** Padding along one side of an image; two numbers: zeros before and after. */
export type SidePadding = Exclude<Padding, readonly number[]> | readonly [before: number, after: number]

/** The part of a padding that concerns the rows (above and below) or the columns (left and right). */
export function sidePadding(padding: Padding, side: 'rows' | 'columns'): SidePadding {
  if (typeof padding !== 'object') return padding
  const [top, bottom, left, right] = padding
  return side === 'rows' ? [top, bottom] : [left, right]
}

/** Places that a kernel reaches over, holes included. */
export function dilatedSize(kernel: number, dilation = 1): number {
  return (kernel - 1) * dilation + 1
}

/**
 * Places that a window of `kernel` takes along a side of `length`. same: ⌈length/stride⌉; otherwise ⌊(length
 * + padding − kernel)/stride⌋ + 1. Not positive when the kernel does not fit.
 */
export function windowCount(length: number, kernel: number, stride: number, padding: SidePadding): number {
  if (padding === 'same') return Math.ceil(length / stride)
  const [before, after] = paddingAmounts(length, kernel, stride, padding)
  return Math.floor((length + before + after - kernel) / stride) + 1
}

/**
 * Zeros (or wrapped places) before and after a side. same: TensorFlow's, the odd one after; circular:
 * (kernel − 1)/2 on both sides.
 */
export function paddingAmounts(
  length: number,
  kernel: number,
  stride: number,
  padding: SidePadding,
): readonly [number, number] {
  if (typeof padding === 'object') return padding
  if (typeof padding === 'number') return [padding, padding]
  if (padding === 'valid') return [0, 0]
  if (padding === 'circular') return [(kernel - 1) / 2, (kernel - 1) / 2]
  const total = Math.max((Math.ceil(length / stride) - 1) * stride + kernel - length, 0)
  return [Math.floor(total / 2), total - Math.floor(total / 2)]
}

/**
 * The shape of every node's value, by name. Throws BenchError('bad-specification') that names the node and
 * the shapes, where a layer cannot take what feeds it.
 */
export function inferShapes(graph: LayerGraph): Map<string, Shape> {
  const shapes = new Map<string, Shape>()
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => {
      const shape = shapes.get(name)
      if (!shape) fail(node, [], `reads “${name}”, which does not come before it`)
      return shape
    })
    const wanted = inputCount(node)
    const also =
      node.kind === 'concat'
        ? inputs.length >= 2
        : node.kind === 'dot-product-attention' && inputs.length === 3
    if (inputs.length !== wanted && !also) {
      const allowed =
        node.kind === 'concat'
          ? 'two or more'
          : node.kind === 'dot-product-attention'
            ? 'one or three'
            : wanted
      fail(node, inputs, `takes ${allowed} inputs, not ${inputs.length}`)
    }
    shapes.set(node.name, outputShape(node, inputs))
    if (node.kind === 'dense' && node.tied !== undefined) checkTied(node, node.tied, inputs, graph)
  }
  return shapes
}

/** A tied layer has the table of its embedding, transposed: one unit a token, of vectors as it reads them. */
function checkTied(node: LayerNode, tied: string, inputs: readonly Shape[], graph: LayerGraph): void {
  const table = graph.nodes.find(({ name }) => name === tied)
  if (node.kind !== 'dense' || table?.kind !== 'token-embedding')
    fail(node, inputs, `is tied to “${tied}”, which is no token embedding`)
  if (node.maskable) fail(node, inputs, 'is tied and maskable; an embedding has no mask')
  if (node.units !== table.vocabulary || inputs[0].at(-1) !== table.features)
    fail(
      node,
      inputs,
      `has ${node.units} units and is tied to a table of ${table.vocabulary} × ${table.features}`,
    )
}

/** Predictions that a model makes of an example: 1, or one a token of a sequence. */
export function predictionsOf(
  graph: LayerGraph,
  shapes: ReadonlyMap<string, Shape> = inferShapes(graph),
): number {
  return sizeOf(shapes.get(graph.output) ?? [graph.classes]) / graph.classes
}

/** Of a model that reads tokens the tokens that there are; null for one that reads numbers. */
export function inputVocabulary({ nodes }: LayerGraph): number | null {
  const sizes = nodes.flatMap((node) =>
    node.kind === 'token-embedding' && node.inputs[0] === nodes[0].name ? [node.vocabulary] : [],
  )
  return sizes.length > 0 ? Math.min(...sizes) : null
}

/** Inputs that a layer takes: concat takes 2 or more, dot-product attention 1 or 3. */
export function inputCount(node: LayerNode): number {
  switch (node.kind) {
    case 'input':
      return 0
    case 'add':
    case 'multiply':
    case 'concat':
    case 'scale-channels':
      return 2
    default:
      return 1
  }
}

/** Output shape of one layer. Throws BenchError('bad-specification') that names the node and the shapes. */
export function outputShape(node: LayerNode, inputs: readonly Shape[]): Shape {
  const input = inputs[0] ?? []
  switch (node.kind) {
    case 'input':
      if (node.shape.some((side) => !Number.isInteger(side) || side < 1))
        fail(node, [node.shape], 'needs positive sides')
      return node.shape
    case 'flatten':
      return [sizeOf(input)]
    case 'reshape':
      if (sizeOf(node.shape) !== sizeOf(input)) fail(node, inputs, `cannot become ${shapeText(node.shape)}`)
      return node.shape
    case 'dense':
      if (input.length < 1 || input.length > 3)
        fail(node, inputs, 'takes a vector, a sequence or an image; flatten first')
      return [...input.slice(0, -1), node.units]
    case 'conv': {
      const channels = imageOf(node, inputs)[2]
      if (channels % node.groups !== 0 || node.filters % node.groups !== 0) {
        fail(
          node,
          inputs,
          `${node.groups} groups must divide ${channels} channels and ${node.filters} filters`,
        )
      }
      return [...windowed(node, inputs, dilatedKernel(node), node.stride, node.padding), node.filters]
    }
    case 'depthwise-conv':
      return [
        ...windowed(node, inputs, dilatedKernel(node), node.stride, node.padding),
        imageOf(node, inputs)[2],
      ]
    case 'max-pool':
    case 'average-pool':
      return [
        ...windowed(node, inputs, [node.size, node.size], node.stride, node.padding),
        imageOf(node, inputs)[2],
      ]
    case 'global-average-pool':
      return [imageOf(node, inputs)[2]]
    case 'add':
    case 'multiply':
      if (!sameShape(inputs[0], inputs[1])) {
        fail(node, inputs, `${node.kind === 'add' ? 'adds' : 'multiplies'} two values of one shape`)
      }
      return input
    case 'slice': {
      const side = input[node.axis]
      if (!(node.begin >= 0 && node.size >= 1 && node.begin + node.size <= side))
        fail(
          node,
          inputs,
          `has no entries ${node.begin} to ${node.begin + node.size - 1} on axis ${node.axis}`,
        )
      return input.map((each, axis) => (axis === node.axis ? node.size : each))
    }
    case 'permute':
      if (
        !sameShape(
          [...node.axes].sort((a, b) => a - b),
          [...input.keys()],
        )
      )
        fail(node, inputs, `cannot order its axes as ${node.axes.join(', ')}`)
      return node.axes.map((axis) => input[axis])
    case 'dot-product-attention': {
      const [time, width] = sequenceOf(node, inputs)
      const features = inputs.length === 1 ? width / 3 : width
      if (!inputs.every((shape) => sameShape(shape, input))) fail(node, inputs, 'takes three of one shape')
      if (features % node.heads !== 0)
        fail(node, inputs, `${node.heads} heads must divide ${features} features`)
      return [time, features]
    }
    case 'concat':
      if (inputs.some((shape) => !sameShape(shape.slice(0, -1), input.slice(0, -1)))) {
        fail(node, inputs, 'needs inputs that differ in the last axis only')
      }
      return [...input.slice(0, -1), inputs.reduce((sum, shape) => sum + shape[shape.length - 1], 0)]
    case 'scale-channels':
      if (!sameShape(inputs[1], [imageOf(node, inputs)[2]]))
        fail(node, inputs, 'scales an image by a vector of its channels')
      return input
    case 'class-token':
      return [sequenceOf(node, inputs)[0] + 1, input[1]]
    case 'position-embedding':
      return sequenceOf(node, inputs)
    case 'token-embedding':
      if (input.length !== 1) fail(node, inputs, 'takes tokens [time]')
      return [input[0], node.features]
    case 'attention':
      if (sequenceOf(node, inputs)[1] % node.heads !== 0) {
        fail(node, inputs, `${node.heads} heads must divide ${input[1]} features`)
      }
      return input
    case 'select-token':
      if (node.index < 0 || node.index >= sequenceOf(node, inputs)[0])
        fail(node, inputs, `has no token ${node.index}`)
      return [input[1]]
    case 'pad-shortcut': {
      const [height, width, channels] = imageOf(node, inputs)
      if (node.channels < channels) fail(node, inputs, `cannot pad ${channels} channels to ${node.channels}`)
      return [Math.ceil(height / node.stride), Math.ceil(width / node.stride), node.channels]
    }
    case 'batch-norm':
    case 'layer-norm':
    case 'layer-scale':
      if (input.length < 1) fail(node, inputs, 'needs at least one axis')
      return input
    case 'activation':
    case 'dropout':
    case 'stochastic-depth':
      return input
  }
}

/** Sides of a layer's kernel with its holes. */
function dilatedKernel(node: {
  readonly kernel: readonly [number, number]
  readonly dilation?: number
}): readonly [number, number] {
  return [dilatedSize(node.kernel[0], node.dilation), dilatedSize(node.kernel[1], node.dilation)]
}

function windowed(
  node: LayerNode,
  inputs: readonly Shape[],
  kernel: readonly [number, number],
  stride: number,
  padding: Padding,
): [number, number] {
  const [height, width] = imageOf(node, inputs)
  if (padding === 'circular' && (kernel[0] % 2 === 0 || kernel[1] % 2 === 0)) {
    fail(node, inputs, `circular padding needs odd kernels, not ${shapeText(kernel)}`)
  }
  const rows = windowCount(height, kernel[0], stride, sidePadding(padding, 'rows'))
  const columns = windowCount(width, kernel[1], stride, sidePadding(padding, 'columns'))
  if (rows < 1 || columns < 1) fail(node, inputs, `a ${shapeText(kernel)} window does not fit`)
  return [rows, columns]
}

function imageOf(node: LayerNode, inputs: readonly Shape[]): readonly [number, number, number] {
  const shape = inputs[0]
  if (shape.length !== 3) fail(node, inputs, 'takes an image [height, width, channels]')
  return [shape[0], shape[1], shape[2]]
}

function sequenceOf(node: LayerNode, inputs: readonly Shape[]): readonly [number, number] {
  const shape = inputs[0]
  if (shape.length !== 2) fail(node, inputs, 'takes a sequence [time, features]')
  return [shape[0], shape[1]]
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((side, axis) => side === b[axis])
}

function fail(node: LayerNode, inputs: readonly Shape[], why: string): never {
  const given = inputs.length === 0 ? '' : ` (given ${inputs.map(shapeText).join(' and ')})`
  throw new BenchError('bad-specification', `Layer “${node.name}” (${node.kind}) ${why}${given}.`, 'model')
}
