/** Short forms for building graphs, used by gradients, by the lowering and by the compiler alike. */
import type { Attributes, DType, GraphBuilder, Value } from '../ir.ts'
import { sameShape } from './shapes.ts'

/** Adds a node with one output and returns that output. */
export function one(
  graph: GraphBuilder,
  op: string,
  inputs: readonly Value[],
  attributes?: Attributes,
): Value {
  return graph.add(op, inputs, attributes)[0]
}

/** A scalar constant. */
export function scalar(graph: GraphBuilder, value: number, dtype: DType = 'float'): Value {
  return one(graph, 'constant', [], { dtype, shape: [], values: [value] })
}

/** A tensor filled with one value. */
export function filled(graph: GraphBuilder, shape: readonly number[], value: number): Value {
  return one(graph, 'constant', [], { dtype: 'float', shape, values: [value] })
}

export const add = (graph: GraphBuilder, a: Value, b: Value): Value => one(graph, 'add', [a, b])
export const subtract = (graph: GraphBuilder, a: Value, b: Value): Value => one(graph, 'subtract', [a, b])
export const multiply = (graph: GraphBuilder, a: Value, b: Value): Value => one(graph, 'multiply', [a, b])
export const divide = (graph: GraphBuilder, a: Value, b: Value): Value => one(graph, 'divide', [a, b])
export const negate = (graph: GraphBuilder, a: Value): Value => one(graph, 'negate', [a])

/** a · factor, for a plain number. */
export function scale(graph: GraphBuilder, a: Value, factor: number): Value {
  return factor === 1 ? a : multiply(graph, a, scalar(graph, factor))
}

export function reshape(graph: GraphBuilder, a: Value, shape: readonly number[]): Value {
  return sameShape(a.type.shape, shape) ? a : one(graph, 'reshape', [a], { shape })
}

export function broadcastTo(graph: GraphBuilder, a: Value, shape: readonly number[]): Value {
  return sameShape(a.type.shape, shape) ? a : one(graph, 'broadcast-to', [a], { shape })
}

/** Sum over some axes (all of them when left out). */
export function sum(graph: GraphBuilder, a: Value, axes?: readonly number[], keepDims = false): Value {
  const over = axes ?? a.type.shape.map((_, axis) => axis)
  return over.length === 0 ? a : one(graph, 'sum', [a], { axes: over, keepDims })
}

/** Mean over some axes (all of them when left out). */
export function mean(graph: GraphBuilder, a: Value, axes?: readonly number[], keepDims = false): Value {
  const over = axes ?? a.type.shape.map((_, axis) => axis)
  return over.length === 0 ? a : one(graph, 'mean', [a], { axes: over, keepDims })
}

/**
 * The adjoint of broadcasting: sums `a` down to `shape`, over the axes along which `shape` had been repeated.
 * The one place where gradients of broadcast inputs are summed.
 */
export function sumTo(graph: GraphBuilder, a: Value, shape: readonly number[]): Value {
  const from = a.type.shape
  if (sameShape(from, shape)) return a
  const shift = from.length - shape.length
  const axes = from.flatMap((extent, axis) =>
    axis < shift || (shape[axis - shift] === 1 && extent !== 1) ? [axis] : [],
  )
  return reshape(graph, sum(graph, a, axes), shape)
}
