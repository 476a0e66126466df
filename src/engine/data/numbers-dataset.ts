/** A data set of numbers in memory: features, or images as floats; standardised once, when it is opened. */
import { BenchError } from '../../shared/contract/errors.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'
import type { Stream } from '../rng.ts'
import { drawCropAndFlip } from './augment.ts'
import { changesPixels } from './augmentations.ts'
import { reflect } from './reflect.ts'
import { splitRows, validationSet, type DatasetOptions } from './split.ts'
import { standardisationOf } from './standardisation.ts'
import type { Batch, Dataset, SplitName } from './types.ts'

export interface Numbers {
  readonly count: number
  /** count × entries of an example. */
  readonly values: ArrayLike<number>
  readonly labels: Uint16Array
}

export interface NumbersSet {
  /** [features] or [height, width, channels]. */
  readonly shape: readonly number[]
  readonly train: Numbers
  /** Null holds out a part of the training set. */
  readonly validation: Numbers | null
  readonly test: Numbers
  readonly classNames: readonly string[]
  readonly hash: string
}

/**
 * Mean and population standard deviation of every feature (or channel) over the rows given, in float64 and
 * two passes. A constant one gets standard deviation 1.
 */
export function numberStatistics(
  { values }: Numbers,
  rows: Int32Array,
  size: number,
  groups: number,
): { mean: Float64Array; std: Float64Array } {
  const mean = new Float64Array(groups)
  const std = new Float64Array(groups)
  const count = (rows.length * size) / groups
  for (const row of rows) for (let i = 0; i < size; i++) mean[i % groups] += values[row * size + i]
  for (let g = 0; g < groups; g++) mean[g] = count > 0 ? mean[g] / count : 0
  for (const row of rows)
    for (let i = 0; i < size; i++) std[i % groups] += (values[row * size + i] - mean[i % groups]) ** 2
  for (let g = 0; g < groups; g++) {
    const deviation = count > 0 ? Math.sqrt(std[g] / count) : 0
    // What rounding leaves of a constant is no spread.
    std[g] = deviation > Math.abs(mean[g]) * 1e-12 ? deviation : 1
  }
  return { mean, std }
}

interface Standardised {
  readonly x: Float32Array
  readonly labels: Uint16Array
}

class NumbersDataset implements Dataset {
  readonly name: string
  readonly shape: readonly number[]
  readonly classes: number
  readonly classNames: readonly string[]
  readonly hash: string
  readonly #sources: Record<SplitName, Standardised>
  readonly #rows: Record<SplitName, Int32Array>
  readonly #augment: boolean
  readonly #crops: boolean
  readonly #size: number

  constructor(name: string, set: NumbersSet, options: DatasetOptions) {
    this.name = name
    this.shape = set.shape
    this.classes = set.classNames.length
    this.classNames = set.classNames
    this.hash = set.hash
    this.#augment = options.augment
    this.#crops = options.augmentations?.crop !== 'none'
    this.#size = sizeOf(set.shape)
    const own = validationSet(set, options)
    const { train, validation } = splitRows(set.train.count, options, own !== null)
    const all = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i)
    this.#rows = { train, validation: own ? all(own.count) : validation, test: all(set.test.count) }
    const groups = set.shape.length === 1 ? this.#size : (set.shape.at(-1) ?? 1)
    const { mean, std } = options.standardisation
      ? standardisationOf(options.standardisation, groups, 1)
      : numberStatistics(set.train, train, this.#size, groups)
    const standardised = ({ values, labels }: Numbers): Standardised => {
      const x = new Float32Array(values.length)
      for (let i = 0; i < x.length; i++) x[i] = (values[i] - mean[i % groups]) / std[i % groups]
      return { x, labels }
    }
    const trained = standardised(set.train)
    this.#sources = {
      train: trained,
      validation: own ? standardised(own) : trained,
      test: standardised(set.test),
    }
  }

  size(split: SplitName): number {
    return this.#rows[split].length
  }

  trainBatch(rows: Int32Array, stream: Stream): Batch {
    const batch = this.#empty(rows.length)
    for (let k = 0; k < rows.length; k++) {
      this.#put(this.#sources.train, this.#rows.train[rows[k]], batch, k, this.#augment ? stream : null)
    }
    return batch
  }

  evaluationBatch(split: SplitName, start: number, batchSize: number): Batch {
    const batch = this.#empty(batchSize)
    const rows = this.#rows[split]
    const count = Math.max(0, Math.min(batchSize, rows.length - start))
    for (let k = 0; k < count; k++) this.#put(this.#sources[split], rows[start + k], batch, k, null)
    batch.weights.fill(0, count)
    return { ...batch, count }
  }

  close(): void {
    // Nothing is held open: the numbers go with the object.
  }

  #empty(count: number): Batch {
    const x = new Float32Array(count * this.#size)
    return { x, y: new Int32Array(count), weights: new Float32Array(count).fill(1), count }
  }

  #put({ x, labels }: Standardised, row: number, batch: Batch, k: number, stream: Stream | null): void {
    const from = row * this.#size
    const to = k * this.#size
    batch.y[k] = labels[row]
    if (stream === null) {
      batch.x.set(x.subarray(from, from + this.#size), to)
      return
    }
    const [height, width, channels] = this.shape
    const { rowOffset, columnOffset, flip } = this.#crops
      ? drawCropAndFlip(stream)
      : { rowOffset: 0, columnOffset: 0, flip: stream.integer(2) === 1 }
    for (let i = 0; i < height; i++) {
      const line = from + reflect(i + rowOffset, height) * width * channels
      for (let j = 0; j < width; j++) {
        const at = line + reflect((flip ? width - 1 - j : j) + columnOffset, width) * channels
        batch.x.set(x.subarray(at, at + channels), to + (i * width + j) * channels)
      }
    }
  }
}

/**
 * A data set of numbers. Features are standardised each by itself, float images by channel, with the
 * numbers given (in the data's own unit) or the statistics of the training rows. Throws
 * BenchError('bad-specification') for augmented features.
 */
export function numbersDataset(name: string, set: NumbersSet, options: DatasetOptions): Dataset {
  if (options.augment && set.shape.length === 1) {
    throw new BenchError(
      'bad-specification',
      'data.augment crops and flips images; these data are features. Set data.augment to false',
      'data.augment',
    )
  }
  const { augmentations } = options
  if (
    options.augment &&
    augmentations &&
    (changesPixels(augmentations) || augmentations.crop === 'resized')
  ) {
    throw new BenchError(
      'bad-specification',
      'Images as floats are cropped (data.crop: usual, pad, none) and flipped; jitter, rotation, 3-Augment ' +
        'and resized crops are for images in bytes',
      'data.augment',
    )
  }
  return new NumbersDataset(name, set, options)
}
