/**
 * The op graph: what a layer graph is lowered to, and what backends run.
 *
 * A graph is a list of nodes in topological order; every node computes one or more tensors from values of
 * earlier nodes. It is pure: state lives in a program's variables (see program/types.ts). Shapes are static
 * and hold the batch dimension. `float` means the precision that the program is compiled for.
 */

export type DType = 'float' | 'int' | 'bool'

export interface TensorType {
  readonly shape: readonly number[]
  readonly dtype: DType
}

export type Attribute = number | string | boolean | readonly number[]
export type Attributes = Readonly<Record<string, Attribute>>

export interface Node {
  readonly id: number
  readonly op: string
  readonly inputs: readonly Value[]
  readonly attributes: Attributes
  readonly outputs: readonly TensorType[]
}

/** One output of one node. */
export interface Value {
  readonly node: Node
  readonly index: number
  readonly type: TensorType
}

export type FloatArray = Float32Array | Float64Array
export type TensorData = Float32Array | Float64Array | Int32Array | Uint8Array

/** A tensor in host memory, row-major. Bool tensors are Uint8Array, int tensors Int32Array. */
export interface Tensor {
  readonly type: TensorType
  readonly data: TensorData
}

/** Gives zeroed memory for a tensor, in the precision that the program runs in. */
export type Allocate = (type: TensorType) => TensorData

/** Adds nodes to a graph. Ops are called through it: `graph.add('matmul', [a, b], {transposeA: true})[0]`. */
export interface GraphBuilder {
  readonly nodes: readonly Node[]
  /** Checks the inputs by the op's shape rule and appends a node. Throws, naming the op and the shapes. */
  add(op: string, inputs: readonly Value[], attributes?: Attributes): readonly Value[]
}

/**
 * What a GraphDef writer offers to an op's `graphdef`. Reference strings are TensorFlow's: `name` or
 * `name:1`.
 */
export interface GraphDefEmitter {
  /** `DT_FLOAT` — what `float` tensors are in this program (1). */
  readonly floatType: number
  /** TensorFlow's enum for a dtype of the op graph: float → floatType, int → 3, bool → 10. */
  dataType(dtype: DType): number
  /** Appends a NodeDef and gives its name; output k is `name` for k = 0 and `name:k` otherwise. */
  node(op: string, inputs: readonly string[], attributes: Readonly<Record<string, GraphDefAttribute>>): string
  /** A Const of the given dtype; equal constants are shared. */
  constant(dtype: DType | 'int64', shape: readonly number[], values: readonly number[]): string
}

/** AttrValue of TensorFlow's protobuf, one key each. */
export type GraphDefAttribute =
  | { readonly type: number }
  | { readonly i: number }
  | { readonly f: number }
  | { readonly b: boolean }
  | { readonly s: string }
  | { readonly shape: readonly number[] }
  | {
      readonly list: {
        readonly i?: readonly number[]
        readonly type?: readonly number[]
        readonly f?: readonly number[]
      }
    }

export interface GradientContext {
  readonly graph: GraphBuilder
  readonly node: Node
  readonly inputs: readonly Value[]
  /** Values of the node's own outputs, to be used where they make the gradient cheaper (tanh, softmax). */
  readonly outputs: readonly Value[]
  readonly attributes: Attributes
  /** Which inputs need a gradient; others may be answered with null. */
  readonly needs: readonly boolean[]
}

/** One op: its shape rule, its gradient, its reference evaluation, and its TensorFlow form. One file each. */
export interface OpDefinition {
  readonly name: string
  /** Output types, or an Error with what was expected. */
  infer(inputs: readonly TensorType[], attributes: Attributes): readonly TensorType[]
  /**
   * Cotangents of the inputs, given cotangents of the outputs (null = that output does not matter), built out
   * of ops that have gradients themselves: differentiation is closed. Absent for ops that are not
   * differentiable.
   */
  gradient?(context: GradientContext, cotangents: readonly (Value | null)[]): readonly (Value | null)[]
  /** The living definition, on plain typed arrays. May return views of its inputs; never writes into them. */
  evaluate(
    inputs: readonly Tensor[],
    attributes: Attributes,
    outputs: readonly TensorType[],
    allocate: Allocate,
  ): readonly Tensor[]
  /** Emits TensorFlow nodes for a node, given references of its inputs; returns references of its outputs. */
  graphdef(emit: GraphDefEmitter, inputs: readonly string[], node: Node): readonly string[]
}
