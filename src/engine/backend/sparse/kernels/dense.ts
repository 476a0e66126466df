// Dense layers, whose images are one place a channel: the product, the transposed product, the gradient of
// short rows.
import { activateGradientRow } from './activation-gradients'
import { activateRow } from './activations'
import { sumPair, sumPairs, tanhSixteen } from './math'
import { narrowSum, oneSum } from './sampled-sums'
import { sumEight, sumFour, sumSixteen, sumTwo } from './sums'

/** The product of whole 64 lanes, nothing there before: see `product`. */
export function denseRows(
  out: usize, rowOut: usize, input: usize, rowStarts: usize, offsets: usize, values: usize, bias: usize,
  rows: i32, bytes: i32, kind: i32,
): void {
  for (let chunk = 0; chunk < bytes; chunk += 256) {
    const from = input + chunk
    let start = load<i32>(rowStarts)
    for (let r = 0; r < rows; r++) {
      const end = load<i32>(rowStarts + (r << 2), 4)
      const to = out + chunk + load<i32>(rowOut + (r << 2))
      const first: f32 = bias ? load<f32>(bias + (r << 2)) : 0
      sumSixteen(
        to, 0, from, 0, 1, offsets + (start << 2), offsets + (end << 2), values + (start << 2), first, false,
        false, 0, false)
      if (kind === 1) {
        tanhSixteen(to, to)
        tanhSixteen(to + 64, to + 64)
        tanhSixteen(to + 128, to + 128)
        tanhSixteen(to + 192, to + 192)
      } else if (kind) activateRow(kind, to, to, 256)
      start = end
    }
  }
}

/**
 * out[rowOut[r]][·] (+)= Σ_k values[order_k]·input[offset_k][·], over the pairs (offset_k, 4·order_k) of row
 * r, then times the slope of the activation `kind` (0: none) at what lies as far from `kept`. Offsets in
 * bytes, `bytes` a multiple of 32.
 */
export function transposedProduct(
  out: usize, rowOut: usize, input: usize, starts: usize, pairs: usize, values: usize, rows: i32, bytes: i32,
  accumulate: i32, kind: i32, kept: usize,
): void {
  const beside = kept - out
  for (let chunk = 0; chunk < bytes;) {
    const left = bytes - chunk
    const step = left >= 256 ? 256 : left >= 128 ? 128 : left >= 64 ? 64 : 32
    const from = input + chunk
    let pair = pairs + (load<i32>(starts) << 3)
    for (let r = 0; r < rows; r++) {
      const end = pairs + (load<i32>(starts + (r << 2), 4) << 3)
      const to = out + chunk + load<i32>(rowOut + (r << 2))
      if (step === 256 && kind === 1 && !accumulate) {
        // What most steps spend their time in: without calls, the slope while the sums are in registers.
        sumSixteen(to, 0, from, 0, 1, pair, end, values, 0, false, true, to + beside, true)
        pair = end
        continue
      }
      if (accumulate) {
        if (step === 256) addSixteen(to, from, pair, end, values)
        else if (step === 128) addEight(to, from, pair, end, values)
        else if (step === 64) addFour(to, from, pair, end, values)
        else addTwo(to, from, pair, end, values)
      } else {
        if (step === 256) sixteen(to, from, pair, end, values)
        else if (step === 128) eight(to, from, pair, end, values)
        else if (step === 64) four(to, from, pair, end, values)
        else two(to, from, pair, end, values)
      }
      if (kind) activateGradientRow(kind, to, to, to + beside, step, 0)
      pair = end
    }
    chunk += step
  }
}

function sixteen(to: usize, from: usize, pair: usize, end: usize, values: usize): void {
  sumSixteen(to, 0, from, 0, 1, pair, end, values, 0, false, true, 0, false)
}

function addSixteen(to: usize, from: usize, pair: usize, end: usize, values: usize): void {
  sumSixteen(to, 0, from, 0, 1, pair, end, values, 0, true, true, 0, false)
}

function eight(to: usize, from: usize, pair: usize, end: usize, values: usize): void {
  sumEight(to, 0, from, 0, 1, pair, end, values, 0, false, true)
}

function addEight(to: usize, from: usize, pair: usize, end: usize, values: usize): void {
  sumEight(to, 0, from, 0, 1, pair, end, values, 0, true, true)
}

function four(to: usize, from: usize, pair: usize, end: usize, values: usize): void {
  sumFour(to, 0, from, 0, 1, pair, end, values, 0, false, true)
}

function addFour(to: usize, from: usize, pair: usize, end: usize, values: usize): void {
  sumFour(to, 0, from, 0, 1, pair, end, values, 0, true, true)
}

function two(to: usize, from: usize, pair: usize, end: usize, values: usize): void {
  sumTwo(to, 0, from, 0, 1, pair, end, values, 0, false, true)
}

function addTwo(to: usize, from: usize, pair: usize, end: usize, values: usize): void {
  sumTwo(to, 0, from, 0, 1, pair, end, values, 0, true, true)
}

/**
 * gradients[k] = Σ over lanes of gradient[rowOf[k]][·]·input[offsets[k]][·], four nonzeros at a time whatever
 * their rows: where rows are short, to begin and end each would take most of the time. `partial` holds the
 * sums of four meanwhile.
 */
export function sampledPairs(
  gradients: usize, partial: usize, gradient: usize, gradRow: i32, input: usize, rowOf: usize, offsets: usize,
  count: i32, bytes: i32,
): void {
  const last = count - 4
  if (bytes & 32) {
    for (let k = 0; k < count; k++) {
      const g = gradient + load<u16>(rowOf + (k << 1)) * gradRow
      narrowSum(partial, g, 0, input + load<i32>(offsets + (k << 2)), 0, 1, bytes, true)
      store<f32>(gradients + (k << 2), sumPair(partial))
    }
    return
  }
  if (last < 0) {
    for (let k = 0; k < count; k++) {
      oneSum(
        partial, gradient + load<u16>(rowOf + (k << 1)) * gradRow, 0, input + load<i32>(offsets + (k << 2)),
        0, 1, bytes, true)
      store<f32>(gradients + (k << 2), sumPair(partial))
    }
    return
  }
  // The last four begin where they have to: some sums are made twice.
  for (let k = 0; k < count; k += 4) {
    k = min(k, last)
    const r = rowOf + (k << 1)
    const o = offsets + (k << 2)
    oneSum(partial, gradient + load<u16>(r) * gradRow, 0, input + load<i32>(o), 0, 1, bytes, true)
    oneSum(partial + 32, gradient + load<u16>(r, 2) * gradRow, 0, input + load<i32>(o, 4), 0, 1, bytes, true)
    oneSum(partial + 64, gradient + load<u16>(r, 4) * gradRow, 0, input + load<i32>(o, 8), 0, 1, bytes, true)
    oneSum(partial + 96, gradient + load<u16>(r, 6) * gradRow, 0, input + load<i32>(o, 12), 0, 1, bytes, true)
    v128.store(gradients + (k << 2), sumPairs(partial))
  }
}
