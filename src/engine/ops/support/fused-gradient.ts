/**
 * Derivatives of activations as ops of their own: two inputs of one shape, one node where autograd would need
 * four.
 */
import type { GradientContext, GraphDefEmitter, Node, OpDefinition, Value } from '../ir.ts'
import { expectDType, expectInputs, sameShape } from './shapes.ts'

interface FusedGradientOptions {
  readonly name: string
  /** TensorFlow's op with the attribute T, or a function that emits nodes. */
  readonly tensorflow: string | ((emit: GraphDefEmitter, inputs: readonly string[], node: Node) => string)
  readonly value: (first: number, second: number) => number
  readonly gradient: (context: GradientContext, cotangent: Value) => readonly (Value | null)[]
}

/** An op on two float tensors of exactly one shape. */
export function fusedGradient(options: FusedGradientOptions): OpDefinition {
  const { name, tensorflow, value, gradient } = options
  return {
    name,
    infer(inputs) {
      expectInputs(inputs, 2)
      const [first, second] = inputs
      expectDType(first, 'float')
      expectDType(second, 'float')
      if (!sameShape(first.shape, second.shape)) {
        throw new Error(`shapes differ: [${first.shape}] and [${second.shape}]`)
      }
      return [first]
    },
    gradient: (context, [cotangent]) => (cotangent === null ? [null, null] : gradient(context, cotangent)),
    evaluate([first, second], _attributes, [type], allocate) {
      const data = allocate(type)
      const a = first.data
      const b = second.data
      for (let i = 0; i < data.length; i++) data[i] = value(a[i], b[i])
      return [{ type, data }]
    },
    graphdef(emit, inputs, node) {
      if (typeof tensorflow === 'function') return [tensorflow(emit, inputs, node)]
      return [emit.node(tensorflow, inputs, { T: { type: emit.floatType } })]
    },
  }
}
