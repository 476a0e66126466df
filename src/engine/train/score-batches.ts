/**
 * The examples that score methods see: SNIP one batch, GraSP a class-balanced sample (25 a class in the
 * reference).
 */
import type { Dataset } from '../data/types.ts'
import type { Stream } from '../rng.ts'
import type { ScoreBatch } from './score-engine.ts'

const PER_CLASS = 25

/** One batch of distinct training rows. */
export async function randomBatch(dataset: Dataset, batchSize: number, stream: Stream): Promise<ScoreBatch> {
  const rows = stream.permutation(dataset.size('train')).slice(0, batchSize)
  const { x, y } = await dataset.trainBatch(rows, stream.split('augmentation'))
  return { x, y }
}

/**
 * `PER_CLASS` rows of every class (fewer where a class has fewer), in batches of equal size: rows are ordered
 * class by class in rounds, so that every batch is balanced too. A remainder that fills no batch is left out.
 */
export async function balancedBatches(
  dataset: Dataset,
  batchSize: number,
  stream: Stream,
): Promise<ScoreBatch[]> {
  const order = stream.permutation(dataset.size('train'))
  const taken = new Int32Array(dataset.classes)
  const wanted = dataset.classes * PER_CLASS
  const byRound: number[][] = Array.from({ length: PER_CLASS }, () => [])
  let found = 0
  const CHUNK = 512
  for (let start = 0; start < order.length && found < wanted; start += CHUNK) {
    const rows = order.subarray(start, start + CHUNK)
    const { y } = await dataset.trainBatch(rows, stream.split('labels', start))
    for (let k = 0; k < rows.length; k++) {
      if (taken[y[k]] >= PER_CLASS) continue
      byRound[taken[y[k]]++].push(rows[k])
      found++
    }
  }
  const rows = byRound.flat()
  const size = Math.min(batchSize, rows.length)
  const batches: ScoreBatch[] = []
  for (let start = 0; start + size <= rows.length; start += size) {
    const { x, y } = await dataset.trainBatch(
      Int32Array.from(rows.slice(start, start + size)),
      stream.split('augmentation', start),
    )
    batches.push({ x, y })
  }
  return batches
}
