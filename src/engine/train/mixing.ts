/**
 * Training examples that are mixed with others of their batch: mixup (Zhang et al. 2018, arXiv 1710.09412)
 * and cutmix (Yun et al. 2019, arXiv 1905.04899). A batch has one share λ ~ Beta(α, α); example i is mixed
 * with example n − 1 − i. Where both are asked for, each batch takes one of them with probability 1/2.
 */
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Batch, ResidentSet } from '../data/types.ts'
import type { TensorData } from '../ops/ir.ts'
import type { Stream } from '../rng.ts'
import { beta } from './beta.ts'
import type { TrainRequest } from './types.ts'

/** Whether a run mixes its training examples. */
export const mixes = ({ data }: RunSpec): boolean => data.mixup > 0 || data.cutmix > 0

/** The examples that a device may keep for a run; null where batches are mixed after they are made. */
export function residentOf({ spec, dataset }: TrainRequest): ResidentSet | null {
  return mixes(spec) ? null : (dataset.resident ?? null)
}

/** A rectangle of an image: rows and columns from the first to before the last. */
export interface Box {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}

/**
 * The part of an image that cutmix takes from the other: sides √(1 − λ) of the image's, rounded down, around
 * a centre uniform on its pixels, cut at its borders.
 */
export function cutBox(height: number, width: number, share: number, stream: Stream): Box {
  const ratio = Math.sqrt(1 - share)
  const half = [Math.floor(Math.floor(height * ratio) / 2), Math.floor(Math.floor(width * ratio) / 2)]
  const [row, column] = [stream.integer(height), stream.integer(width)]
  return {
    top: Math.max(0, row - half[0]),
    bottom: Math.min(height, row + half[0]),
    left: Math.max(0, column - half[1]),
    right: Math.min(width, column + half[1]),
  }
}

/** Mixes every example with its partner; returns the share that is left of each itself. */
function mixInputs(batch: Batch, shape: readonly number[], data: RunSpec['data'], stream: Stream): number {
  const { mixup, cutmix } = data
  const cuts = mixup === 0 || (cutmix > 0 && stream.uniform() < 0.5)
  const share = beta(cuts ? cutmix : mixup, stream)
  const [height, width, channels] = shape.length === 1 ? [1, shape[0], 1] : shape
  const size = height * width * channels
  const box = cuts ? cutBox(height, width, share, stream) : null
  const from = batch.x.slice()
  const own = box ? 0 : share
  const { top, bottom, left, right } = box ?? { top: 0, bottom: height, left: 0, right: width }
  for (let k = 0; k < batch.count; k++) {
    const other = (batch.count - 1 - k) * size
    for (let row = top; row < bottom; row++) {
      const end = (row * width + right) * channels
      for (let i = (row * width + left) * channels; i < end; i++)
        batch.x[k * size + i] = own * from[k * size + i] + (1 - own) * from[other + i]
    }
  }
  return box ? 1 - ((bottom - top) * (right - left)) / (height * width) : share
}

/**
 * A batch with its examples mixed, in place, as feeds: `x`, `y` (of each example's two labels the one of
 * the larger share), `otherY`, and the `shares` of both. `whole`: shares above 0 are 1, so that an example
 * belongs wholly to both classes.
 */
export function mixedFeeds(
  batch: Batch,
  shape: readonly number[],
  spec: RunSpec,
  stream: Stream,
): Record<string, TensorData> {
  const left = mixInputs(batch, shape, spec.data, stream)
  const { x, y, count } = batch
  const partners = Int32Array.from(y, (_, k) => (k < count ? y[count - 1 - k] : y[k]))
  const [mine, others] = left >= 0.5 ? [y, partners] : [partners, y]
  const larger = Math.max(left, 1 - left)
  const whole = spec.training.loss === 'binary-cross-entropy' && spec.training.wholeTargets
  const otherShare = (k: number): number => {
    if (!whole) return 1 - larger
    return larger < 1 && mine[k] !== others[k] ? 1 : 0
  }
  return {
    x,
    y: mine,
    otherY: others,
    shares: new Float32Array(y.length).fill(whole ? 1 : larger),
    otherShares: Float32Array.from(y, (_, k) => otherShare(k)),
  }
}
