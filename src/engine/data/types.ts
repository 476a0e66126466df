/** Data sets behind one type. Images are NHWC bytes; standardisation happens as a batch is made. */
import type { ResidentExamples } from '../program/examples.ts'
import type { Stream } from '../rng.ts'

export interface ImageSplit {
  readonly count: number
  readonly labels: Uint16Array | Int32Array
}

/** A batch ready to be fed. */
export interface Batch {
  /**
   * [batch, height, width, channels], standardised per channel; or [batch, features], each by itself; or
   * tokens [batch, time].
   */
  readonly x: Float32Array
  /** [batch], or of tokens [batch · time]. */
  readonly y: Int32Array
  /** 1 for real rows, 0 for padding of the last evaluation batch. */
  readonly weights: Float32Array
  /** Real rows. */
  readonly count: number
}

/** Which examples a batch takes, and from which of their rows and columns. */
export interface Selection {
  /** Places among the resident examples. */
  readonly images: Int32Array
  /** By example, its kinds of crop in CropSources; empty where nothing is augmented. */
  readonly rowCrops: Int32Array
  readonly columnCrops: Int32Array
}

/** A training set that can be resident on a device, and what `trainBatch` would take of it. */
export interface ResidentSet {
  readonly examples: ResidentExamples
  select(rows: Int32Array, stream: Stream): Selection
}

export type SplitName = 'train' | 'validation' | 'test'

export interface Dataset {
  readonly name: string
  /** [height, width, channels], or [features], or of text [time]. */
  readonly shape: readonly number[]
  readonly classes: number
  /** Labels of an example: 1 where it is left out, or one a token. */
  readonly predictions?: number
  readonly classNames: readonly string[]
  /** SHA-256 over the files read, recorded with the run. */
  readonly hash: string
  /** What it was in earlier versions of the bench, where that differs. */
  readonly formerHash?: string
  /** What a user should know of what was read; told as events of the run. */
  readonly notes?: readonly string[]
  size(split: SplitName): number
  /**
   * Rows of the training set, by index into the shuffled order given; augmented when the set was opened so.
   * `stream` seeds augmentation.
   */
  trainBatch(rows: Int32Array, stream: Stream): Batch | Promise<Batch>
  /** The training set as bytes, where all of it is in memory. */
  readonly resident?: ResidentSet
  /** Rows start … start + batchSize − 1 of a split, padded with zeros and weight 0. */
  evaluationBatch(split: SplitName, start: number, batchSize: number): Batch | Promise<Batch>
  /** Raw bytes of some images of a split, for the page that shows samples. */
  sample?(split: SplitName, row: number): { readonly pixels: Uint8Array; readonly label: number }
  close(): void
}
