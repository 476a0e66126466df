/** A model as the Model page and `lab model show` show it. */
import type { LayerGraph, LayerKind, Shape } from '../graph/types.ts'

export interface ModelRequest {
  /** A partial run specification: model, data, sparsity, initialization and seed are looked at. */
  readonly spec: Readonly<Record<string, unknown>>
  /** [height, width, channels] or [features]; the data set's own when left out. */
  readonly input?: readonly number[]
  /** The data set's own when left out. */
  readonly classes?: number
}

export interface ModelLayer {
  readonly name: string
  readonly kind: LayerKind
  readonly inputs: readonly string[]
  /** Of what the layer gives, without the batch. */
  readonly shape: Shape
  /** Of the layer's largest kernel; null where it has none. */
  readonly kernel: Shape | null
  /** Trainable parameters. */
  readonly parameters: number
  readonly maskable: boolean
  /** Entries of the maskable kernel that are kept; null for layers without one. */
  readonly nonzeros: number | null
  /** Reached density of the kernel; 1 for a kernel that is never masked, null for layers without one. */
  readonly density: number | null
  /** Floating-point operations of one example's forward pass, dense and at the densities. */
  readonly operations: number
  readonly sparseOperations: number
}

export interface ModelDescription {
  readonly name: string
  readonly input: Shape
  readonly classes: number
  readonly parameters: number
  /** Entries of maskable kernels. */
  readonly maskable: number
  readonly kernels: number
  /** Parameters that are left with the masks. */
  readonly kept: number
  /** Nonzeros over entries of the maskable kernels. */
  readonly density: number
  readonly operations: number
  readonly sparseOperations: number
  readonly layers: readonly ModelLayer[]
  readonly graph: LayerGraph
  /** What the distribution or the scheme could not reach, in words. */
  readonly notes: readonly string[]
}
