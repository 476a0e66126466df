/** What element-by-element ops have in common: shape rules, loops and the TensorFlow form. */
import type {
  Allocate,
  DType,
  GradientContext,
  GraphDefEmitter,
  Node,
  OpDefinition,
  Tensor,
  TensorType,
  Value,
} from '../ir.ts'
import { sizeOf } from '../../../shared/graph/shapes.ts'
import { broadcastShapes, broadcastStrides, expectDType, expectInputs, sameShape } from './shapes.ts'
import { sumTo } from './make.ts'

type Gradient = (context: GradientContext, cotangent: Value) => readonly (Value | null)[]

interface UnaryOptions {
  readonly name: string
  /** TensorFlow's op with one input and the attribute T, or a function that emits nodes. */
  readonly tensorflow: string | ((emit: GraphDefEmitter, input: string, node: Node) => string)
  readonly value: (x: number) => number
  readonly gradient?: (context: GradientContext, cotangent: Value) => Value | null
}

/** y = f(x), entry by entry, on floats. */
export function unary(options: UnaryOptions): OpDefinition {
  const { name, tensorflow, value, gradient } = options
  return {
    name,
    infer(inputs) {
      expectInputs(inputs, 1)
      expectDType(inputs[0], 'float')
      return [inputs[0]]
    },
    ...(gradient && {
      gradient: (context: GradientContext, [cotangent]: readonly (Value | null)[]) => [
        cotangent && gradient(context, cotangent),
      ],
    }),
    evaluate([x], _attributes, [type], allocate) {
      const data = allocate(type)
      const from = x.data
      for (let i = 0; i < data.length; i++) data[i] = value(from[i])
      return [{ type, data }]
    },
    graphdef(emit, [input], node) {
      if (typeof tensorflow === 'function') return [tensorflow(emit, input, node)]
      return [emit.node(tensorflow, [input], { T: { type: emit.floatType } })]
    },
  }
}

interface BinaryOptions {
  readonly name: string
  /** TensorFlow's op with two broadcast inputs and the attribute T. */
  readonly tensorflow: string
  readonly value: (a: number, b: number) => number
  /** Dtype of the output; that of the inputs when left out. */
  readonly output?: DType
  readonly inputs?: readonly DType[]
  /** Gradients before summing over broadcast axes; `sumTo` is applied here. */
  readonly gradient?: Gradient
}

/** z = f(a, b), entry by entry, with NumPy's broadcasting. */
export function binary(options: BinaryOptions): OpDefinition {
  const { name, tensorflow, value, output, gradient } = options
  return {
    name,
    infer(inputs) {
      expectInputs(inputs, 2)
      const [a, b] = inputs
      expectDType(a, ...(options.inputs ?? ['float', 'int']))
      if (a.dtype !== b.dtype) throw new Error(`dtypes differ: ${a.dtype} and ${b.dtype}`)
      return [{ shape: broadcastShapes(a.shape, b.shape), dtype: output ?? a.dtype }]
    },
    ...(gradient && {
      gradient: (context: GradientContext, [cotangent]: readonly (Value | null)[]) => {
        if (cotangent === null) return [null, null]
        return gradient(context, cotangent).map(
          (part, i) => part && sumTo(context.graph, part, context.inputs[i].type.shape),
        )
      },
    }),
    evaluate: ([a, b], _attributes, [type], allocate) => [mapPairs(a, b, type, allocate, value)],
    graphdef: (emit, inputs, node) => [
      emit.node(tensorflow, inputs, {
        T: { type: emit.dataType(node.inputs[0].type.dtype) },
        ...(COMPARES_SHAPES.has(tensorflow) && { incompatible_shape_error: { b: true } }),
      }),
    ],
  }
}

const COMPARES_SHAPES = new Set(['Equal', 'NotEqual'])

/** Applies f to all pairs of two tensors broadcast to `type`. */
export function mapPairs(
  a: Tensor,
  b: Tensor,
  type: TensorType,
  allocate: Allocate,
  f: (a: number, b: number) => number,
): Tensor {
  const data = allocate(type)
  const left = a.data
  const right = b.data
  if (sameShape(a.type.shape, b.type.shape)) {
    for (let i = 0; i < data.length; i++) data[i] = f(left[i], right[i])
  } else if (right.length === 1) {
    const y = right[0]
    for (let i = 0; i < data.length; i++) data[i] = f(left[i], y)
  } else if (left.length === 1) {
    const x = left[0]
    for (let i = 0; i < data.length; i++) data[i] = f(x, right[i])
  } else {
    const stridesA = broadcastStrides(a.type.shape, type.shape)
    const stridesB = broadcastStrides(b.type.shape, type.shape)
    walk(type.shape, [stridesA, stridesB], (to, offsets, steps, count) => {
      let [i, j] = offsets
      for (let k = 0; k < count; k++, i += steps[0], j += steps[1]) data[to + k] = f(left[i], right[j])
    })
  }
  return { type, data }
}

/**
 * Visits a row-major tensor row by row of its last axis: `visit(first entry, offsets, steps, entries of the
 * row)`, with the offset of the row's first entry under each of the stride lists, and its step along the row.
 */
export function walk(
  shape: readonly number[],
  strideLists: readonly (readonly number[])[],
  visit: (to: number, offsets: readonly number[], steps: readonly number[], count: number) => void,
): void {
  const total = sizeOf(shape)
  if (total === 0) return
  const last = shape.length - 1
  const count = last < 0 ? 1 : shape[last]
  const steps = strideLists.map((strides) => (last < 0 ? 0 : strides[last]))
  const offsets = strideLists.map(() => 0)
  const index = new Array<number>(Math.max(last, 0)).fill(0)
  for (let to = 0; to < total; to += count) {
    visit(to, offsets, steps, count)
    for (let axis = last - 1; axis >= 0; axis--) {
      index[axis]++
      for (let k = 0; k < offsets.length; k++) offsets[k] += strideLists[k][axis]
      if (index[axis] < shape[axis]) break
      for (let k = 0; k < offsets.length; k++) offsets[k] -= strideLists[k][axis] * shape[axis]
      index[axis] = 0
    }
  }
}
