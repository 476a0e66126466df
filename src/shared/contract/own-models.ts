/** Own models of a home, as the Model page and `lab model list` show them. */
import type { Shape } from '../graph/types.ts'
import type { OwnSettings } from '../models/types.ts'
import type { DataName } from './data.ts'
import type { BackendChoice } from '../spec/schema.ts'
import type { OwnName } from '../spec/own.ts'

export interface OwnModelRow {
  /** `own:net`: what a specification writes. */
  readonly name: OwnName
  /** SHA-256 of its content. */
  readonly hash: string
  readonly title: string
  readonly description: string
  /** Name of the file that it came from. */
  readonly source: string
  readonly addedAt: string
  readonly input: Shape
  readonly classes: number
  /** The data set of that shape and those classes. */
  readonly data: DataName
  readonly settings: OwnSettings
  readonly layers: number
  readonly parameters: number
  /** Entries of maskable kernels. */
  readonly maskable: number
  /** SHA-256 of the weights that came with it; null where none did. */
  readonly weights: string | null
  /** What was told when it was imported. */
  readonly notes: readonly string[]
  /** Runs of this content. */
  readonly runs: number
  /** Runs that were made when the name meant another content; they keep that one. */
  readonly formerRuns: number
}

export interface OwnModelImport {
  readonly model: OwnModelRow
  /** Whether the name was free, stood for this very model, or stood for another one. */
  readonly before: 'nothing' | 'the same' | 'another'
}

export interface OwnModelRemoval {
  readonly name: OwnName
  /** Runs that were made of it; they keep it. */
  readonly runs: number
}

export interface PredictRequest {
  /** A run, by its last weights, or `own:NAME`, by the weights that the model came with. */
  readonly of: number | string
  /** .npz with an array `x`: [n, height, width, channels] or [n, features], standardised already. */
  readonly input: string
  /** The .npz to write: `logits` [n, classes]. */
  readonly file: string
  readonly backend?: BackendChoice
}

export interface PredictResult {
  readonly file: string
  readonly examples: number
  readonly classes: number
  readonly backend: string
  readonly bytes: number
}
