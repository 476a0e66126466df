/** What sum and mean share: the shape rule, the adjoint and the loop. */
import type {
  Allocate,
  Attributes,
  GraphBuilder,
  GraphDefEmitter,
  Node,
  Tensor,
  TensorType,
  Value,
} from '../ir.ts'
import { booleanAttribute, expectDType, expectInputs, listAttribute, normalAxis } from '../support/shapes.ts'
import { broadcastTo, reshape } from '../support/make.ts'
import { walk } from '../support/elementwise.ts'

/** The input's shape with the axes of the attribute set to 1. */
export function keptShape(shape: readonly number[], attributes: Attributes): number[] {
  const axes = new Set(listAttribute(attributes, 'axes').map((axis) => normalAxis(axis, shape.length)))
  return shape.map((extent, axis) => (axes.has(axis) ? 1 : extent))
}

export function inferReduction(inputs: readonly TensorType[], attributes: Attributes): TensorType[] {
  expectInputs(inputs, 1)
  const [{ shape, dtype }] = inputs
  expectDType(inputs[0], 'float', 'int')
  const kept = keptShape(shape, attributes)
  if (booleanAttribute(attributes, 'keepDims')) return [{ shape: kept, dtype }]
  const axes = new Set(listAttribute(attributes, 'axes').map((axis) => normalAxis(axis, shape.length)))
  return [{ shape: shape.filter((_, axis) => !axes.has(axis)), dtype }]
}

/** How many entries go into one sum. */
export function reducedCount(shape: readonly number[], attributes: Attributes): number {
  return listAttribute(attributes, 'axes').reduce(
    (count, axis) => count * shape[normalAxis(axis, shape.length)],
    1,
  )
}

/** Repeats a reduced tensor over the axes that were reduced. */
export function spread(
  graph: GraphBuilder,
  cotangent: Value,
  shape: readonly number[],
  attributes: Attributes,
): Value {
  return broadcastTo(graph, reshape(graph, cotangent, keptShape(shape, attributes)), shape)
}

/** Sums over the axes, in float64, each sum multiplied by `factor`. */
export function reduce(
  x: Tensor,
  attributes: Attributes,
  type: TensorType,
  allocate: Allocate,
  factor: number,
): Tensor {
  const data = allocate(type)
  const sums = new Float64Array(data.length)
  const { shape } = x.type
  const kept = keptShape(shape, attributes)
  const strides = new Array<number>(shape.length)
  for (let axis = shape.length - 1, stride = 1; axis >= 0; axis--) {
    strides[axis] = kept[axis] === 1 ? 0 : stride
    stride *= kept[axis]
  }
  walk(shape, [strides], (from, [to], [step], count) => {
    if (step === 0) {
      let total = 0
      for (let i = 0; i < count; i++) total += x.data[from + i]
      sums[to] += total
    } else for (let i = 0; i < count; i++) sums[to + i] += x.data[from + i]
  })
  for (let i = 0; i < data.length; i++) data[i] = sums[i] * factor
  return { type, data }
}

export function reductionNode(op: string, emit: GraphDefEmitter, input: string, node: Node): string {
  const rank = node.inputs[0].type.shape.length
  const axes = listAttribute(node.attributes, 'axes').map((axis) => normalAxis(axis, rank))
  return emit.node(op, [input, emit.constant('int', [axes.length], axes)], {
    T: { type: emit.dataType(node.outputs[0].dtype) },
    Tidx: { type: emit.dataType('int') },
    keep_dims: { b: booleanAttribute(node.attributes, 'keepDims') },
  })
}
