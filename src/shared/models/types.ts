/** A model as a user writes it: layers, repeated blocks and a few settings. See docs/own-models.md. */
import type { Activation, LayerKind, Shape } from '../graph/types.ts'

export const MODEL_FORMAT = 'givens-bench-model'
export const MODEL_VERSION = 1

/** Settings that a model may declare, with their defaults; each is the field of that name in `model`. */
export interface OwnSettings {
  readonly width?: number
  readonly depth?: number
  readonly activation?: Activation
  readonly dropout?: number
  readonly stochasticDepth?: number
}

/** A layer; what else it has depends on its kind (layer-fields.ts). */
export interface LayerEntry {
  readonly name: string
  readonly kind: Exclude<LayerKind, 'input'>
  /** What feeds it; the layer before where it is left out. */
  readonly inputs?: readonly string[]
  readonly [field: string]: unknown
}

/** Layers that follow themselves; the k-th is called `${name}${k}.${layer}`. */
export interface RepeatEntry {
  readonly repeat: number | string
  readonly name: string
  readonly layers: readonly ModelEntry[]
}

export type ModelEntry = LayerEntry | RepeatEntry

export interface ModelDefinition {
  /** Shape and classes that it is shown for where no data set is named. */
  readonly input: Shape
  readonly classes: number
  readonly settings: OwnSettings
  readonly layers: readonly ModelEntry[]
  /** The layer that gives the logits. */
  readonly output: string
}

/** What a file says about a model besides what it is. */
export interface ModelText {
  readonly title: string
  readonly description: string
}

export const isRepeat = (entry: ModelEntry): entry is RepeatEntry => 'repeat' in entry
