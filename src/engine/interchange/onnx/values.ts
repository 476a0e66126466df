/** What the values of the ONNX graph are while it is imported. */
import type { Constant } from './constant.ts'
import type { Applied } from './expression.ts'
import type { View } from './view.ts'

/** An image with zeros around, which the convolution or pooling that reads it takes over. */
export interface Padded {
  readonly kind: 'padded'
  readonly view: View
  readonly amounts: readonly [top: number, bottom: number, left: number, right: number]
}

/** A step of a layer norm that is written out: the mean of `of` over its features, x − mean, … */
export interface Moment {
  readonly kind: 'moment'
  readonly stage: 'mean' | 'centred' | 'square' | 'variance' | 'deviation' | 'reciprocal'
  readonly of: View
  /** The axis of ONNX that holds the features. */
  readonly axis: number
  readonly epsilon: number
}

/** Attention on its way: scale·Q·Kᵀ, or its softmax. */
export interface Attending {
  readonly kind: 'attending'
  readonly stage: 'scores' | 'weights'
  /** […, time, depth]. */
  readonly query: View
  /** […, depth, time]. */
  readonly key: View
  readonly scale: number
  /** Whether later keys are hidden from a query. */
  readonly causal: boolean
}

/** Where the softmax of attention is no number, which exporters ask: nowhere, since a query sees itself. */
export interface NoNumbers {
  readonly kind: 'no-numbers'
  readonly of: Attending
}

/** Several values under one name: what SplitToSequence gives. */
export interface Sequence {
  readonly kind: 'sequence'
  readonly parts: readonly View[]
}

/** What a node gave that could not be imported. */
export interface Unknown {
  readonly kind: 'unknown'
}

export type Value = Constant | View | Applied | Padded | Moment | Attending | NoNumbers | Sequence | Unknown
