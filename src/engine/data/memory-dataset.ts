/** A data set that is held in memory as bytes; batches are standardised as they are made. */
import { BenchError } from '../../shared/contract/errors.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'
import type { Stream } from '../rng.ts'
import { augmentedImage, augmentInto, columnCrop, cropSources, drawCropAndFlip, rowCrop } from './augment.ts'
import { changesPixels, type Augmentations } from './augmentations.ts'
import { channelStatistics, type ChannelStatistics, type Images, type ImageSet } from './images.ts'
import { splitRows, validationSet, type DatasetOptions } from './split.ts'
import { standardisationOf } from './standardisation.ts'
import type { Batch, Dataset, ResidentSet, Selection, SplitName } from './types.ts'

class MemoryDataset implements Dataset {
  readonly name: string
  readonly shape: readonly [number, number, number]
  readonly classes: number
  readonly classNames: readonly string[]
  readonly hash: string
  readonly statistics: ChannelStatistics
  readonly resident?: ResidentSet
  readonly #train: Images
  readonly #test: Images
  readonly #validation: Images
  readonly #rows: Record<SplitName, Int32Array>
  readonly #augment: boolean
  /** More than the crop of a padded image and a flip; null for no more. */
  readonly #augmentations: Augmentations | null
  readonly #table: Float32Array
  /** Its part of each channel. */
  readonly #tables: readonly Float32Array[]

  constructor(name: string, set: ImageSet, options: DatasetOptions) {
    this.name = name
    this.shape = set.train.shape
    this.classes = set.classNames.length
    this.classNames = set.classNames
    this.hash = set.hash
    this.#train = set.train
    this.#test = set.test
    this.#augment = options.augment
    const { augmentations } = options
    const more = augmentations && (augmentations.crop !== 'pad' || changesPixels(augmentations))
    this.#augmentations = options.augment && more ? augmentations : null
    const own = validationSet(set, options)
    this.#validation = own ?? set.train
    const all = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i)
    const { train, validation } = splitRows(set.train.count, options, own !== null)
    this.#rows = { train, validation: own ? all(own.count) : validation, test: all(set.test.count) }
    this.statistics = options.standardisation
      ? standardisationOf(options.standardisation, this.shape[2])
      : channelStatistics(set.train, train)
    this.#table = new Float32Array(this.shape[2] * 256)
    for (let c = 0; c < this.shape[2]; c++) {
      for (let v = 0; v < 256; v++) {
        this.#table[c * 256 + v] = (v - this.statistics.mean[c]) / this.statistics.std[c]
      }
    }
    this.#tables = this.statistics.mean.map((_, c) => this.#table.subarray(c * 256, (c + 1) * 256))
    // A device crops and flips alone.
    if (this.#augmentations) return
    const crops = options.augment ? cropSources(this.shape[0], this.shape[1]) : null
    this.resident = {
      examples: { ...set.train, ...this.statistics, crops },
      select: (rows, stream) => this.#select(rows, stream),
    }
  }

  size(split: SplitName): number {
    return this.#rows[split].length
  }

  trainBatch(rows: Int32Array, stream: Stream): Batch {
    const batch = this.#empty(rows.length)
    for (let k = 0; k < rows.length; k++) this.#put(this.#train, this.#rows.train[rows[k]], batch, k, stream)
    return batch
  }

  evaluationBatch(split: SplitName, start: number, batchSize: number): Batch {
    const batch = this.#empty(batchSize)
    const images = this.#images(split)
    const rows = this.#rows[split]
    const count = Math.max(0, Math.min(batchSize, rows.length - start))
    for (let k = 0; k < count; k++) this.#put(images, rows[start + k], batch, k, null)
    batch.weights.fill(0, count)
    return { ...batch, count }
  }

  sample(split: SplitName, row: number): { pixels: Uint8Array; label: number } {
    const images = this.#images(split)
    const index = this.#rows[split][row]
    const size = this.#size()
    return { pixels: images.pixels.slice(index * size, (index + 1) * size), label: images.labels[index] }
  }

  close(): void {
    // Nothing is held open: the bytes go with the object.
  }

  /** Draws what `trainBatch` draws, in its order. */
  #select(rows: Int32Array, stream: Stream): Selection {
    const images = rows.map((row) => this.#rows.train[row])
    if (!this.#augment) return { images, rowCrops: new Int32Array(0), columnCrops: new Int32Array(0) }
    const rowCrops = new Int32Array(rows.length)
    const columnCrops = new Int32Array(rows.length)
    for (let k = 0; k < rows.length; k++) {
      const crop = drawCropAndFlip(stream)
      rowCrops[k] = rowCrop(crop)
      columnCrops[k] = columnCrop(crop)
    }
    return { images, rowCrops, columnCrops }
  }

  #images(split: SplitName): Images {
    return split === 'train' ? this.#train : split === 'test' ? this.#test : this.#validation
  }

  #size(): number {
    return sizeOf(this.shape)
  }

  #empty(count: number): Batch {
    const x = new Float32Array(count * this.#size())
    return { x, y: new Int32Array(count), weights: new Float32Array(count).fill(1), count }
  }

  #put(images: Images, index: number, batch: Batch, k: number, stream: Stream | null): void {
    const size = this.#size()
    const channels = this.shape[2]
    batch.y[k] = images.labels[index]
    if (stream !== null && this.#augmentations) {
      const image = images.pixels.subarray(index * size, (index + 1) * size)
      const pixels = augmentedImage(image, this.shape, this.#augmentations, stream)
      for (let i = 0; i < size; i++) batch.x[k * size + i] = this.#table[(i % channels) * 256 + pixels[i]]
      return
    }
    if (stream !== null && this.#augment) {
      augmentInto(images.pixels, index * size, this.shape, this.#table, batch.x, k * size, stream)
      return
    }
    const from = index * size
    const to = k * size
    const { x } = batch
    const { pixels } = images
    for (let c = 0; c < channels; c++) {
      const table = this.#tables[c]
      for (let i = c; i < size; i += channels) x[to + i] = table[pixels[from + i]]
    }
  }
}

/**
 * A data set over images in memory, split and standardised by the numbers given or the statistics of its
 * training rows. Throws BenchError('bad-data') where the splits' images differ in size.
 */
export function memoryDataset(name: string, set: ImageSet, options: DatasetOptions): Dataset {
  for (const [split, images] of [
    ['test', set.test],
    ['validation', set.validation ?? null],
  ] as const) {
    if (!images || images.shape.join() === set.train.shape.join()) continue
    throw new BenchError(
      'bad-data',
      `${name}: the ${split} images are ${images.shape.join(' × ')}, the training images ` +
        `${set.train.shape.join(' × ')}; a network takes one size`,
      'data.path',
    )
  }
  return new MemoryDataset(name, set, options)
}
