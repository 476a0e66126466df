/**
 * A data set of image files, decoded as batches are asked for. Memory is bounded by the batch and by a cache
 * of evaluation images; nothing grows with the folder but the list of its names.
 */
import { availableParallelism } from 'node:os'
import { Stream } from '../rng.ts'
import { listClassFolders, type ClassFolders, type ImageFiles } from './class-folders.ts'
import { drawCrop, type CropDraw } from './crops.ts'
import { DecodePool } from './decode-pool.ts'
import type { ChannelStatistics } from './images.ts'
import { splitRows, type DatasetOptions } from './memory-dataset.ts'
import type { Batch, Dataset, SplitName } from './types.ts'

export interface FolderOptions extends DatasetOptions {
  /** Side of the images fed. */
  readonly size: number
  readonly jitter: number
  /**
   * Fraction of the short side that evaluation takes: 224/256 for photographs, 1 for images of fixed size.
   */
  readonly centre: number
}

/** Training images whose pixels give the standardisation; drawn by a stream that no run's seed enters. */
const STATISTICS_SAMPLE = 1024
const CACHE_BYTES = 512 * 2 ** 20

class FolderDataset implements Dataset {
  readonly name: string
  readonly shape: readonly [number, number, number]
  readonly classes: number
  readonly classNames: readonly string[]
  readonly hash: string
  statistics: ChannelStatistics = { mean: [0, 0, 0], std: [1, 1, 1] }
  readonly #folders: ClassFolders
  readonly #options: FolderOptions
  readonly #pool = new DecodePool(Math.max(1, availableParallelism() - 1))
  readonly #rows: Record<SplitName, Int32Array>
  readonly #cache = new Map<string, Uint8Array>()
  #cached = 0

  constructor(name: string, folders: ClassFolders, options: FolderOptions) {
    this.name = name
    this.shape = [options.size, options.size, 3]
    this.classes = folders.classNames.length
    this.classNames = folders.classNames
    this.hash = folders.hash
    this.#folders = folders
    this.#options = options
    const { train, validation } = splitRows(folders.train.files.length, options)
    this.#rows = {
      train,
      validation,
      test: Int32Array.from({ length: folders.test.files.length }, (_, i) => i),
    }
  }

  size(split: SplitName): number {
    return this.#rows[split].length
  }

  /** Measures mean and standard deviation per channel on a sample of the training images. */
  async measure(): Promise<void> {
    const rows = this.#rows.train
    const chosen = Stream.root(0)
      .split('statistics')
      .sample(rows.length, Math.min(rows.length, STATISTICS_SAMPLE))
    const pixels = await this.#decode(
      this.#folders.train,
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
    const draws = this.#options.augment ? indices.map(() => drawCrop(stream, this.#options.jitter)) : null
    return this.#batch(this.#folders.train, indices, indices.length, draws)
  }

  async evaluationBatch(split: SplitName, start: number, batchSize: number): Promise<Batch> {
    const rows = this.#rows[split].subarray(start, start + batchSize)
    return this.#batch(
      split === 'test' ? this.#folders.test : this.#folders.train,
      Array.from(rows),
      batchSize,
      null,
    )
  }

  close(): void {
    this.#pool.close()
    this.#cache.clear()
  }

  async #batch(
    source: ImageFiles,
    indices: number[],
    size: number,
    draws: readonly CropDraw[] | null,
  ): Promise<Batch> {
    const pixels = await this.#decode(source, indices, draws)
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
    source: ImageFiles,
    indices: readonly number[],
    draws: readonly CropDraw[] | null,
  ): Promise<Uint8Array> {
    const bytes = this.shape[0] * this.shape[1] * 3
    const out = new Uint8Array(indices.length * bytes)
    const missing = indices.flatMap((index, k) => {
      const cached = draws ? undefined : this.#cache.get(source.files[index])
      if (cached) out.set(cached, k * bytes)
      return cached ? [] : [k]
    })
    const decoded = await this.#pool.decode(
      missing.map((k) => ({
        file: source.files[indices[k]],
        size: this.shape[0],
        draw: draws ? draws[k] : null,
        centre: this.#options.centre,
      })),
    )
    missing.forEach((k, at) => {
      const image = decoded.subarray(at * bytes, (at + 1) * bytes)
      out.set(image, k * bytes)
      if (draws || this.#cached + bytes > CACHE_BYTES) return
      this.#cache.set(source.files[indices[k]], image.slice())
      this.#cached += bytes
    })
    return out
  }
}

/** Opens a folder of class folders. Throws BenchError('bad-data') for a folder of another form. */
export async function openFolder(name: string, root: string, options: FolderOptions): Promise<Dataset> {
  const dataset = new FolderDataset(name, listClassFolders(root), options)
  try {
    await dataset.measure()
  } catch (error) {
    dataset.close()
    throw error
  }
  return dataset
}
