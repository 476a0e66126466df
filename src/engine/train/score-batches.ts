/**
 * The examples that score methods see: SNIP one batch; GraSP a class-balanced sample (25 a class in its
 * reference), or, as the EOI paper's public code does, the whole training set.
 */
import type { Dataset } from '../data/types.ts'
import type { Stream } from '../rng.ts'

/** A score batch. x [batch, …input], y [batch], or of tokens [batch · time]; `count` is then the batch. */
export interface ScoreBatch {
  readonly x: Float32Array | Float64Array
  readonly y: Int32Array
  readonly count?: number
}

/** Examples in batches that are made when asked for: a whole training set need not lie in memory at once. */
export interface ScoreSample {
  readonly sizes: readonly number[]
  /** What the mean over each batch counts in the sum over all. */
  readonly weights: readonly number[]
  /** The same batch each time. */
  batch(index: number): ScoreBatch | Promise<ScoreBatch>
}

/** Batches at hand; the sums over them are sums of each batch's mean. */
export function sampleOf(batches: readonly ScoreBatch[]): ScoreSample {
  return {
    sizes: batches.map(({ count, y }) => count ?? y.length),
    weights: batches.map(() => 1),
    batch: (index) => batches[index],
  }
}

/** One batch of distinct training rows. */
export async function randomBatch(dataset: Dataset, batchSize: number, stream: Stream): Promise<ScoreBatch> {
  const rows = stream.permutation(dataset.size('train')).slice(0, batchSize)
  const { x, y } = await dataset.trainBatch(rows, stream.split('augmentation'))
  return { x, y, count: rows.length }
}

/**
 * `perClass` training rows of every class (fewer where a class has fewer), class by class in rounds, so that
 * any run of them is nearly balanced. Sequences, each of which has labels of many classes, are taken at
 * random: `perClass` of them.
 */
async function balancedRows(dataset: Dataset, perClass: number, stream: Stream): Promise<number[]> {
  const order = stream.permutation(dataset.size('train'))
  if ((dataset.predictions ?? 1) > 1) return [...order.subarray(0, perClass)]
  const taken = new Int32Array(dataset.classes)
  const byRound: number[][] = []
  const wanted = dataset.classes * perClass
  const CHUNK = 512
  for (let start = 0, found = 0; start < order.length && found < wanted; start += CHUNK) {
    const rows = order.subarray(start, start + CHUNK)
    const { y } = await dataset.trainBatch(rows, stream.split('labels', start))
    for (let k = 0; k < rows.length; k++) {
      if (taken[y[k]] >= perClass) continue
      const round = taken[y[k]]++
      byRound[round] ??= []
      byRound[round].push(rows[k])
      found++
    }
  }
  return byRound.flat()
}

function batchesOf(
  dataset: Dataset,
  rows: readonly number[] | Int32Array,
  sizes: readonly number[],
  weights: readonly number[],
  stream: Stream,
): ScoreSample {
  const starts = sizes.map((_, index) => sizes.slice(0, index).reduce((sum, size) => sum + size, 0))
  return {
    sizes,
    weights,
    batch: async (index) => {
      const [start, size] = [starts[index], sizes[index]]
      const { x, y } = await dataset.trainBatch(
        Int32Array.from(rows.slice(start, start + size)),
        stream.split('augmentation', start),
      )
      return { x, y }
    },
  }
}

/**
 * The whole class-balanced sample, in as few batches of at most `batchSize` as hold it, their sizes as even
 * as can be. Each batch's mean counts by its share of the sample: the sums are those of one big batch (but
 * for batch norm, which sees one batch at a time).
 */
export async function balancedSample(
  dataset: Dataset,
  perClass: number,
  batchSize: number,
  stream: Stream,
): Promise<ScoreSample> {
  const rows = await balancedRows(dataset, perClass, stream)
  const count = Math.ceil(rows.length / batchSize)
  const least = Math.floor(rows.length / count)
  const sizes = Array.from({ length: count }, (_, k) => least + (k < rows.length - least * count ? 1 : 0))
  const shares = sizes.map((size) => size / rows.length)
  return batchesOf(dataset, rows, sizes, shares, stream)
}

/** One class-balanced batch of 25 a class cut to `batchSize`: what runs stored before took for the sample. */
export async function balancedBatch(
  dataset: Dataset,
  batchSize: number,
  stream: Stream,
): Promise<ScoreSample> {
  const rows = await balancedRows(dataset, 25, stream)
  const size = Math.min(batchSize, rows.length)
  const sizes = Array.from({ length: Math.floor(rows.length / size) }, () => size)
  return batchesOf(
    dataset,
    rows,
    sizes,
    sizes.map(() => 1),
    stream,
  )
}

/** The training set in random order, the last batch smaller; the sums are those of the batches' means. */
export function wholeSet(dataset: Dataset, batchSize: number, stream: Stream): ScoreSample {
  const rows = stream.permutation(dataset.size('train'))
  const sizes = Array.from({ length: Math.ceil(rows.length / batchSize) }, (_, k) =>
    Math.min(batchSize, rows.length - k * batchSize),
  )
  return batchesOf(
    dataset,
    rows,
    sizes,
    sizes.map(() => 1),
    stream,
  )
}
