// The sparse product: every output unit is a sum over its nonzero weights of shifted inputs.
import { activateRow } from './activations'
import { denseRows } from './dense'
import { sumEight, sumFour, sumSixteen, sumSpread, sumTwo } from './sums'

/** Places of a row that all outputs take in turn: what they read then stays in the nearest cache. */
const TILE = 4

/**
 * out[rowOut[r] + y·outY + x·outX][·] = first + Σ_k values[k]·input[offsets[k] + y·inY + x·inX][·], over the
 * nonzeros k of row r; first is what is there with `accumulate`, else bias[r]. Strides and offsets in bytes;
 * a position holds `bytes` bytes of lanes, a multiple of 32. A linear layer is the case height = width = 1.
 * `bias` 0 means none. What comes out goes through the activation `kind` while it is near (0: none). Rows of
 * an image come first, so that those a kernel reaches stay in the cache; each of the loops has nothing to
 * decide inside.
 */
export function product(
  out: usize, rowOut: usize, outY: i32, outX: i32, input: usize, inY: i32, inX: i32, rowStarts: usize,
  offsets: usize, values: usize, bias: usize, rows: i32, height: i32, width: i32, bytes: i32, accumulate: i32,
  kind: i32,
): void {
  // Without calls and loops of one turn, which take half the time where rows are short.
  if (height === 1 && width === 1 && !accumulate && (bytes & 255) === 0) {
    denseRows(out, rowOut, input, rowStarts, offsets, values, bias, rows, bytes, kind)
    return
  }
  for (let y = 0; y < height; y++) {
    for (let chunk = 0; chunk < bytes;) {
      const left = bytes - chunk
      const step = left >= 256 ? 256 : left >= 128 ? 128 : left >= 64 ? 64 : 32
      for (let x = 0; x < width; x += TILE) {
        const places = min(TILE, width - x)
        const base = out + y * outY + x * outX + chunk
        const from = input + y * inY + x * inX + chunk
        for (let r = 0; r < rows; r++) {
          const start = load<i32>(rowStarts + (r << 2))
          const end = load<i32>(rowStarts + (r << 2), 4)
          const at = offsets + (start << 2)
          const until = offsets + (end << 2)
          const weights = values + (start << 2)
          const to = base + load<i32>(rowOut + (r << 2))
          if (accumulate) {
            if (step === 256) addSixteen(to, outX, from, inX, places, at, until, weights)
            else if (step === 128) addEight(to, outX, from, inX, places, at, until, weights)
            else if (step === 64) addFour(to, outX, from, inX, places, at, until, weights)
            else addTwo(to, outX, from, inX, places, at, until, weights)
          } else {
            const first: f32 = bias ? load<f32>(bias + (r << 2)) : 0
            if (step === 256) sixteen(to, outX, from, inX, places, at, until, weights, first)
            else if (step === 128) eight(to, outX, from, inX, places, at, until, weights, first)
            else if (step === 64) four(to, outX, from, inX, places, at, until, weights, first)
            else two(to, outX, from, inX, places, at, until, weights, first)
          }
          if (kind) for (let i = 0; i < places; i++) activateRow(kind, to + i * outX, to + i * outX, step)
        }
      }
      chunk += step
    }
  }
}

// The loops of each width, in functions of their own: all in one would be too large for registers.

function sixteen(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize,
  start: f32,
): void {
  sumSixteen(to, outX, from, inX, width, offsets, end, values, start, false, false, 0, false)
}

function addSixteen(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize,
): void {
  sumSixteen(to, outX, from, inX, width, offsets, end, values, 0, true, false, 0, false)
}

function eight(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize,
  start: f32,
): void {
  sumEight(to, outX, from, inX, width, offsets, end, values, start, false, false)
}

function addEight(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize,
): void {
  sumEight(to, outX, from, inX, width, offsets, end, values, 0, true, false)
}

// Of few lanes several places at once, as many as fill eight vectors.

function four(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize,
  start: f32,
): void {
  let x = 0
  for (; x + 1 < width; x += 2) {
    sumSpread(to, 32, outX, outX + 32, from, 32, inX, inX + 32, offsets, end, values, start, false)
    to += 2 * outX
    from += 2 * inX
  }
  if (x < width) sumFour(to, outX, from, inX, 1, offsets, end, values, start, false, false)
}

function addFour(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize,
): void {
  let x = 0
  for (; x + 1 < width; x += 2) {
    sumSpread(to, 32, outX, outX + 32, from, 32, inX, inX + 32, offsets, end, values, 0, true)
    to += 2 * outX
    from += 2 * inX
  }
  if (x < width) sumFour(to, outX, from, inX, 1, offsets, end, values, 0, true, false)
}

function two(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize,
  start: f32,
): void {
  if (width === TILE) sumSpread(
    to, outX, 2 * outX, 3 * outX, from, inX, 2 * inX, 3 * inX, offsets, end, values, start, false)
  else sumTwo(to, outX, from, inX, width, offsets, end, values, start, false, false)
}

function addTwo(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize,
): void {
  if (width === TILE) sumSpread(
    to, outX, 2 * outX, 3 * outX, from, inX, 2 * inX, 3 * inX, offsets, end, values, 0, true)
  else sumTwo(to, outX, from, inX, width, offsets, end, values, 0, true, false)
}

/** to[k] = values[order[k]]: the weights in the order of the transposed structure. */
export function gather(to: usize, values: usize, order: usize, count: i32): void {
  const end = order + (count << 2)
  for (; order < end; order += 4) {
    store<f32>(to, load<f32>(values + (load<i32>(order) << 2)))
    to += 4
  }
}
