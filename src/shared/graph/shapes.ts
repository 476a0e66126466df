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

/**
 * Places that a window of `kernel` takes along a side of `length`. same: ⌈length/stride⌉; otherwise ⌊(length
 * + padding − kernel)/stride⌋ + 1. Not positive when the kernel does not fit.
 */
export function windowCount(length: number, kernel: number, stride: number, padding: Padding): number {
  if (padding === 'same') return Math.ceil(length / stride)
  const added = padding === 'valid' ? 0 : padding === 'circular' ? kernel - 1 : 2 * padding
  return Math.floor((length + added - kernel) / stride) + 1
}

/**
 * Zeros (or wrapped places) before and after a side. same: TensorFlow's, the odd one after; circular:
 * (kernel − 1)/2 on both sides.
 */
export function paddingAmounts(
  length: number,
  kernel: number,
  stride: number,
  padding: Padding,
): readonly [number, number] {
  if (padding === 'valid') return [0, 0]
  if (padding === 'circular') return [(kernel - 1) / 2, (kernel - 1) / 2]
  if (padding !== 'same') return [padding, padding]
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
    if (inputs.length !== wanted && !(node.kind === 'concat' && inputs.length >= 2)) {
      fail(
        node,
        inputs,
        `takes ${node.kind === 'concat' ? 'two or more' : wanted} inputs, not ${inputs.length}`,
      )
    }
    shapes.set(node.name, outputShape(node, inputs))
  }
  return shapes
}

/** Inputs that a layer takes (2 for concat, which takes more as well). */
export function inputCount(node: LayerNode): number {
  switch (node.kind) {
    case 'input':
      return 0
    case 'add':
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
      if (input.length < 1 || input.length > 2)
        fail(node, inputs, 'takes a vector or a sequence; flatten first')
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
      return [...windowed(node, inputs, node.kernel, node.stride, node.padding), node.filters]
    }
    case 'depthwise-conv':
      return [...windowed(node, inputs, node.kernel, node.stride, node.padding), imageOf(node, inputs)[2]]
    case 'max-pool':
    case 'average-pool':
      return [
        ...windowed(node, inputs, [node.size, node.size], node.stride, node.padding),
        imageOf(node, inputs)[2],
      ]
    case 'global-average-pool':
      return [imageOf(node, inputs)[2]]
    case 'add':
      if (!sameShape(inputs[0], inputs[1])) fail(node, inputs, 'adds two values of one shape')
      return input
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
  const rows = windowCount(height, kernel[0], stride, padding)
  const columns = windowCount(width, kernel[1], stride, padding)
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
