/**
 * A data set of image files, decoded as batches are asked for. Memory is bounded by the batch and by a cache
 * of evaluation images; nothing grows with the folder but the list of its names.
 */
import { threadCount } from '../threads/count.ts'
import { Stream } from '../rng.ts'
import { listClassFolders, type ImageFiles } from './class-folders.ts'
import { drawPixels, plainAugmentations } from './augmentations.ts'
import { drawCrop } from './crops.ts'
import type { DecodeRequest, ImageDraw } from './decode.ts'
import { DecodePool } from './decode-pool.ts'
import { folderContent } from './folder-content.ts'
import type { ChannelStatistics } from './images.ts'
import { splitRows, validationSet, type DatasetOptions } from './split.ts'
import { standardisationOf } from './standardisation.ts'
import type { Batch, Dataset, SplitName } from './types.ts'

export interface FolderOptions extends DatasetOptions {
  /** Side of the images fed. */
  readonly size: number
  /**
   * Fraction of the short side that evaluation takes: 224/256 for photographs, 1 for images of fixed size.
   */
  readonly centre: number
}

/** Training images whose pixels give the standardisation; drawn by a stream that no run's seed enters. */
const STATISTICS_SAMPLE = 1024
const CACHE_BYTES = 512 * 2 ** 20

/** Encoded images of a split. */
export interface ImageItems {
  readonly labels: Uint16Array
  /** Where image k lies. */
  readonly at: (k: number) => Pick<DecodeRequest, 'file' | 'part'>
}

/** Encoded images of a data set. */
export interface ImageSource {
  readonly train: ImageItems
  /** Null holds out a part of the training set. */
  readonly validation: ImageItems | null
  readonly test: ImageItems
  readonly classNames: readonly string[]
  readonly hash: string
}

class FolderDataset implements Dataset {
  readonly name: string
  readonly shape: readonly [number, number, number]
  readonly classes: number
  readonly classNames: readonly string[]
  readonly hash: string
  statistics: ChannelStatistics = { mean: [0, 0, 0], std: [1, 1, 1] }
  readonly #sources: Readonly<Record<SplitName, ImageItems>>
  readonly #options: FolderOptions
  readonly #pool = new DecodePool(Math.max(1, threadCount() - 1))
  readonly #rows: Record<SplitName, Int32Array>
  readonly #cache = new Map<string, Uint8Array>()
  #cached = 0

  constructor(name: string, source: ImageSource, options: FolderOptions) {
    this.name = name
    this.shape = [options.size, options.size, 3]
    this.classes = source.classNames.length
    this.classNames = source.classNames
    this.hash = source.hash
    this.#options = options
    const own = validationSet(source, options)
    this.#sources = { train: source.train, validation: own ?? source.train, test: source.test }
    const all = ({ labels }: ImageItems): Int32Array =>
      Int32Array.from({ length: labels.length }, (_, i) => i)
    const { train, validation } = splitRows(source.train.labels.length, options, own !== null)
    this.#rows = { train, validation: own ? all(own) : validation, test: all(source.test) }
  }

  size(split: SplitName): number {
    return this.#rows[split].length
  }

  /**
   * Takes the mean and standard deviation of each channel that were given, or measures them on a sample of
   * the training images.
   */
  async measure(): Promise<void> {
    if (this.#options.standardisation) {
      this.statistics = standardisationOf(this.#options.standardisation, 3)
      return
    }
    const rows = this.#rows.train
    const chosen = Stream.root(0)
      .split('statistics')
      .sample(rows.length, Math.min(rows.length, STATISTICS_SAMPLE))
    const pixels = await this.#decode(
      'train',
      Array.from(chosen, (k) => rows[k]),
      null,
    )
    const sums = [0, 0, 0]
    const squares = [0, 0, 0]
    for (let i = 0; i < pixels.length; i++) {
      sums[i % 3] += pixels[i]
      squares[i % 3] += pixels[i] ** 2
    }
    const count = pixels.length / 3
    const mean = sums.map((sum) => sum / count)
    const std = squares.map((square, c) => Math.sqrt(Math.max(0, square / count - mean[c] ** 2)) || 1)
    this.statistics = { mean, std }
  }

  async trainBatch(rows: Int32Array, stream: Stream): Promise<Batch> {
    const indices = Array.from(rows, (row) => this.#rows.train[row])
    const { augment, augmentations = plainAugmentations('resized') } = this.#options
    const draw = (): ImageDraw => ({
      ...drawCrop(stream),
      kind: augmentations.crop,
      pixels: drawPixels(stream, augmentations),
    })
    const draws = augment ? indices.map(draw) : null
    return this.#batch('train', indices, indices.length, draws)
  }

  async evaluationBatch(split: SplitName, start: number, batchSize: number): Promise<Batch> {
    const rows = this.#rows[split].subarray(start, start + batchSize)
    return this.#batch(split, Array.from(rows), batchSize, null)
  }

  close(): void {
    this.#pool.close()
    this.#cache.clear()
  }

  async #batch(
    from: SplitName,
    indices: number[],
    size: number,
    draws: readonly ImageDraw[] | null,
  ): Promise<Batch> {
    const source = this.#sources[from]
    const pixels = await this.#decode(from, indices, draws)
    const x = new Float32Array(size * this.shape[0] * this.shape[1] * 3)
    const { mean, std } = this.statistics
    for (let i = 0; i < pixels.length; i++) x[i] = (pixels[i] - mean[i % 3]) / std[i % 3]
    const y = new Int32Array(size)
    const weights = new Float32Array(size)
    indices.forEach((index, k) => {
      y[k] = source.labels[index]
      weights[k] = 1
    })
    return { x, y, weights, count: indices.length }
  }

  /** RGB bytes; images that are not augmented come from the cache while it has room. */
  async #decode(
    from: SplitName,
    indices: readonly number[],
    draws: readonly ImageDraw[] | null,
  ): Promise<Uint8Array> {
    const source = this.#sources[from]
    // Validation rows may be rows of the training or of the test set.
    const place = (['train', 'test'] as const).find((split) => source === this.#sources[split]) ?? from
    const bytes = this.shape[0] * this.shape[1] * 3
    const out = new Uint8Array(indices.length * bytes)
    const missing = indices.flatMap((index, k) => {
      const cached = draws ? undefined : this.#cache.get(`${place} ${index}`)
      if (cached) out.set(cached, k * bytes)
      return cached ? [] : [k]
    })
    const decoded = await this.#pool.decode(
      missing.map((k) => ({
        ...source.at(indices[k]),
        size: this.shape[0],
        draw: draws ? draws[k] : null,
        centre: this.#options.centre,
      })),
    )
    missing.forEach((k, at) => {
      const image = decoded.subarray(at * bytes, (at + 1) * bytes)
      out.set(image, k * bytes)
      if (draws || this.#cached + bytes > CACHE_BYTES) return
      this.#cache.set(`${place} ${indices[k]}`, image.slice())
      this.#cached += bytes
    })
    return out
  }
}

/** Opens encoded images, and measures their statistics. */
export async function encodedDataset(
  name: string,
  source: ImageSource,
  options: FolderOptions,
): Promise<Dataset> {
  const dataset = new FolderDataset(name, source, options)
  try {
    await dataset.measure()
  } catch (error) {
    dataset.close()
    throw error
  }
  return dataset
}

const items = ({ files, labels }: ImageFiles): ImageItems => ({ labels, at: (k) => ({ file: files[k] }) })

/** Opens a folder of class folders. Throws BenchError('bad-data') for a folder of another form. */
export async function openFolder(name: string, root: string, options: FolderOptions): Promise<Dataset> {
  const folders = listClassFolders(root)
  const { train, test, classNames, listHash } = folders
  const { hash, notes } = folderContent(folders)
  const source = { train: items(train), validation: null, test: items(test), classNames, hash }
  const dataset = await encodedDataset(name, source, options)
  return Object.assign(dataset, { formerHash: listHash, notes: [...folders.notes, ...notes] })
}
