/** One layer kind's way onto a thread's tape. */
import type { LayerNode, LayerOp, Shape } from '../../../../shared/graph/types.ts'
import type { Image } from '../model/geometry.ts'
import type { KernelAddresses, KernelGeometry, Phase } from '../model/kernel-plan.ts'
import type { SparseModel } from '../model/model.ts'
import type { Tape } from '../instructions/tape.ts'

export type Mode = 'train' | 'evaluate' | 'denseGradients'

/** Where the examples are that are kept; absolute addresses. */
export interface ResidentAddresses {
  readonly pixels: number
  /** f32 [channels][256]: standardised values of a byte, by the data set's own formula. */
  readonly table: number
  /** i32 [threads · lanes] of a step: images, and their crops. */
  readonly images: number
  readonly rowCrops: number
  readonly columnCrops: number
  /** i32 tables of CropSources; 0 where nothing is augmented. */
  readonly rows: number
  readonly columns: number
}

/** A kernel's tables in memory: addresses in bytes. */
export interface LinkedKernel {
  readonly shape: KernelGeometry
  readonly addresses: KernelAddresses
  readonly phases: readonly Phase[]
  /** As it was linked, by which its kernels are chosen; how many it may have in the same layout. */
  readonly nonzeros: number
  readonly capacity: number
  /** Where the last row ends, there stands how many it has. */
  readonly rowStarts: number
  readonly offsets: number
  readonly backStarts: number | null
  readonly backOffsets: number
  readonly backOrder: number
  /** Of a dense kernel: u16 rows of the nonzeros. Its back offsets and orders (in bytes) are pairs. */
  readonly rowOf: number | null
  /**
   * i32 address of each output row in the output image; of each row of the transposed product in the
   * gradient.
   */
  readonly rowOut: number
  readonly backRowOut: number
  /**
   * i32 tables of the columns' inputs, of a dense kernel or for dense gradients; for these, of the rows'
   * inputs, and where [columns][rows] goes; else 0.
   */
  readonly columnInputs: number
  readonly rowInputs: number
  readonly denseGradient: number
}

/** Where a target gradient lies, and whether something is in it already. */
export interface Target {
  readonly image: Image
  readonly accumulate: boolean
}

/** A layer's images: of its first input and its output, of both gradients; and the shape that it reads. */
export interface LayerImages {
  readonly from: Image
  readonly to: Image
  readonly inputGradient: Image
  readonly gradient: Image
  readonly shape: Shape
  readonly place: number
}

export interface LayerContext {
  readonly model: SparseModel
  readonly tape: Tape
  readonly mode: Mode
  /** The examples that the input is taken from; null where it is fed. */
  readonly resident: ResidentAddresses | null
  readonly thread: number
  readonly threads: number
  /** Address of this thread's region, which images' addresses count from. */
  readonly base: number
  /** Bytes of a place: four a lane. */
  readonly place: number
  readonly lanes: number
  readonly batch: number
  value(node: string): Image
  /** Address of a parameter's values. */
  parameter(name: string): number
  /** Address of this thread's part of a parameter's gradient, and the bytes between threads' parts. */
  gradientPart(name: string, thread?: number): number
  readonly partStride: number
  kernel(node: string): LinkedKernel
  /** Scratch of this thread for 32 bytes a nonzero, and for whole kernels' gradients. */
  readonly partial: number
  readonly denseScratch: number
  readonly denseStride: number
  /**
   * Address of this thread's memory of a layer, as reserved before (same on all threads, in their
   * region).
   */
  memory(layer: string, what: string): number
  /** Address of a layer's shared memory. */
  shared(layer: string, what: string): number
  /** Address of one of a layer's tables, and its words. */
  table(layer: string, what: string): { readonly at: number; readonly size: number }
  /** Lane mask: 1 where a lane holds an example. */
  readonly laneMask: number
  /** Address of two addresses a lane. */
  readonly laneAddresses: number
  /** Address of this thread's number of examples in this call. */
  readonly count: number
  /** Address of this thread's rows of a feed. */
  feed(name: string, bytesAnExample: number): number
  barrier(): void
  /** The gradient of a node's output, or null where nothing depends on it. */
  gradient(node: string): Image | null
  /** True when nobody else reads that gradient, so that it may be overwritten. */
  owned(node: string): boolean
  /** Replaces the gradient of a node's value (in place of the old one). */
  replaceGradient(node: string): Image
  /** Where to write the gradient of a node's output; null where none is wanted. */
  target(node: string): Target | null
  /** Hands a gradient on to another node, to be read by both. False when it has to be copied. */
  share(from: string, to: string): boolean
  /** This node's gradient is read. */
  release(node: string): void
}

interface LayerOf<Node extends LayerNode> {
  /** Bytes of each thread's region that the layer keeps, by name; asked with `context.memory`. */
  memory?(node: Node, from: Image, place: number): Record<string, number>
  /** Bytes of work space, of which a thread has one for all layers: `context.partial`. */
  scratch?(node: Node, from: Image): number
  /** Constant tables of the layer between its images, by name; asked with `context.table`. */
  tables?(node: Node, images: LayerImages): Record<string, Int32Array>
  forward(context: LayerContext, node: Node): void
  /** Adds the gradients of parameters and inputs; the output's gradient is there. */
  backward(context: LayerContext, node: Node): void
}

export type SparseLayer<Kind extends LayerOp['kind'] = LayerOp['kind']> = LayerOf<
  Extract<LayerNode, { kind: Kind }>
>
