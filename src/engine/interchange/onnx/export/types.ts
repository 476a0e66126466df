/** What the writer of a layer's nodes gets. */
import type { LayerKind, LayerNode, Shape } from '../../../../shared/graph/types.ts'
import type { Given, OnnxEmitter } from './emitter.ts'

export interface LayerContext {
  readonly emitter: OnnxEmitter
  readonly inputs: readonly Given[]
  /** Of what the layer gives, in the bench's order, without the batch. */
  readonly shape: Shape
  /**
   * The tensor of a parameter by what follows the layer's name (`kernel`, `bias`, `qkv.kernel`), in PyTorch's
   * name and layout, or in another shape of as many entries.
   */
  readonly parameter: (suffix: string, dims?: readonly number[]) => string
  /** The tensor of a parameter of a layer before, by its whole name. */
  readonly sharedParameter: (name: string) => string
}

/** Writes the nodes of a layer; returns the name of what they give. Images are [batch, channels, h, w]. */
export type LayerWriter<K extends LayerKind = LayerKind> = {
  write(context: LayerContext, node: Extract<LayerNode, { kind: K }>): string
}['write']
