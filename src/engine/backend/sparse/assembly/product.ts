// The sparse product: every output unit is a sum over its nonzero weights of shifted inputs.
import { activateRow } from './activations'
import { denseRows } from './dense'
import { madd, splat } from './math'

/** Places of a row that all outputs take in turn: what they read then stays in the nearest cache. */
const TILE = 4

/**
 * out[rowOut[r] + y·outY + x·outX][·] = first + Σ_k values[k]·input[offsets[k] + y·inY + x·inX][·], over the nonzeros k of row
 * r; first is what is there with `accumulate`, else bias[r]. Strides and offsets in bytes; a position holds `bytes` bytes of
 * lanes, a multiple of 64. A linear layer is the case height = width = 1. `bias` 0 means none. What comes
 * out goes through the activation `kind` while it is near (0: none). Rows of an image come first, so that those a kernel reaches
 * stay in the cache; each of the loops has nothing to decide inside.
 */
export function product(
  out: usize, rowOut: usize, outY: i32, outX: i32, input: usize, inY: i32, inX: i32, rowStarts: usize, offsets: usize,
  values: usize, bias: usize, rows: i32, height: i32, width: i32, bytes: i32, accumulate: i32,
  kind: i32,
): void {
  // Without calls and loops of one turn, which take half the time where rows are short.
  if (height == 1 && width == 1 && !accumulate && (bytes & 255) == 0) {
    denseRows(out, rowOut, input, rowStarts, offsets, values, bias, rows, bytes, kind)
    return
  }
  for (let y = 0; y < height; y++) {
    for (let chunk = 0; chunk < bytes;) {
      const left = bytes - chunk
      const step = left >= 256 ? 256 : left >= 128 ? 128 : 64
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
            if (step == 256) addSixteen(to, outX, from, inX, places, at, until, weights)
            else if (step == 128) addEight(to, outX, from, inX, places, at, until, weights)
            else addFour(to, outX, from, inX, places, at, until, weights)
          } else {
            const first: f32 = bias ? load<f32>(bias + (r << 2)) : 0
            if (step == 256) sixteen(to, outX, from, inX, places, at, until, weights, first)
            else if (step == 128) eight(to, outX, from, inX, places, at, until, weights, first)
            else four(to, outX, from, inX, places, at, until, weights, first)
          }
          if (kind) for (let i = 0; i < places; i++) activateRow(kind, to + i * outX, to + i * outX, step)
        }
      }
      chunk += step
    }
  }
}

/**
 * A row of places, 64 lanes each. V8 joins neighbouring vectors to wider ones where the processor has them; the eight sums
 * that are left hide the delay of an addition. Each lane is summed in the same order whatever the width.
 */
// @ts-ignore: decorator
@inline
export function sumSixteen(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize, start: f32,
  accumulate: bool,
): void {
  const first = splat(start)
  for (let x = 0; x < width; x++) {
    let s0 = accumulate ? v128.load(to) : first
    let s1 = accumulate ? v128.load(to, 16) : first
    let s2 = accumulate ? v128.load(to, 32) : first
    let s3 = accumulate ? v128.load(to, 48) : first
    let s4 = accumulate ? v128.load(to, 64) : first
    let s5 = accumulate ? v128.load(to, 80) : first
    let s6 = accumulate ? v128.load(to, 96) : first
    let s7 = accumulate ? v128.load(to, 112) : first
    let s8 = accumulate ? v128.load(to, 128) : first
    let s9 = accumulate ? v128.load(to, 144) : first
    let s10 = accumulate ? v128.load(to, 160) : first
    let s11 = accumulate ? v128.load(to, 176) : first
    let s12 = accumulate ? v128.load(to, 192) : first
    let s13 = accumulate ? v128.load(to, 208) : first
    let s14 = accumulate ? v128.load(to, 224) : first
    let s15 = accumulate ? v128.load(to, 240) : first
    let weights = values
    for (let at = offsets; at < end; at += 4) {
      const w = v128.load_splat<f32>(weights)
      weights += 4
      const p = from + load<i32>(at)
      s0 = madd(w, v128.load(p), s0)
      s1 = madd(w, v128.load(p, 16), s1)
      s2 = madd(w, v128.load(p, 32), s2)
      s3 = madd(w, v128.load(p, 48), s3)
      s4 = madd(w, v128.load(p, 64), s4)
      s5 = madd(w, v128.load(p, 80), s5)
      s6 = madd(w, v128.load(p, 96), s6)
      s7 = madd(w, v128.load(p, 112), s7)
      s8 = madd(w, v128.load(p, 128), s8)
      s9 = madd(w, v128.load(p, 144), s9)
      s10 = madd(w, v128.load(p, 160), s10)
      s11 = madd(w, v128.load(p, 176), s11)
      s12 = madd(w, v128.load(p, 192), s12)
      s13 = madd(w, v128.load(p, 208), s13)
      s14 = madd(w, v128.load(p, 224), s14)
      s15 = madd(w, v128.load(p, 240), s15)
    }
    v128.store(to, s0)
    v128.store(to, s1, 16)
    v128.store(to, s2, 32)
    v128.store(to, s3, 48)
    v128.store(to, s4, 64)
    v128.store(to, s5, 80)
    v128.store(to, s6, 96)
    v128.store(to, s7, 112)
    v128.store(to, s8, 128)
    v128.store(to, s9, 144)
    v128.store(to, s10, 160)
    v128.store(to, s11, 176)
    v128.store(to, s12, 192)
    v128.store(to, s13, 208)
    v128.store(to, s14, 224)
    v128.store(to, s15, 240)
    to += outX
    from += inX
  }
}

function sixteen(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize, start: f32,
): void {
  sumSixteen(to, outX, from, inX, width, offsets, end, values, start, false)
}

function addSixteen(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize,
): void {
  sumSixteen(to, outX, from, inX, width, offsets, end, values, 0, true)
}

/** 32 lanes each. */
// @ts-ignore: decorator
@inline
function sumEight(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize, start: f32,
  accumulate: bool,
): void {
  const first = splat(start)
  for (let x = 0; x < width; x++) {
    let s0 = accumulate ? v128.load(to) : first
    let s1 = accumulate ? v128.load(to, 16) : first
    let s2 = accumulate ? v128.load(to, 32) : first
    let s3 = accumulate ? v128.load(to, 48) : first
    let s4 = accumulate ? v128.load(to, 64) : first
    let s5 = accumulate ? v128.load(to, 80) : first
    let s6 = accumulate ? v128.load(to, 96) : first
    let s7 = accumulate ? v128.load(to, 112) : first
    let weights = values
    for (let at = offsets; at < end; at += 4) {
      const w = v128.load_splat<f32>(weights)
      weights += 4
      const p = from + load<i32>(at)
      s0 = madd(w, v128.load(p), s0)
      s1 = madd(w, v128.load(p, 16), s1)
      s2 = madd(w, v128.load(p, 32), s2)
      s3 = madd(w, v128.load(p, 48), s3)
      s4 = madd(w, v128.load(p, 64), s4)
      s5 = madd(w, v128.load(p, 80), s5)
      s6 = madd(w, v128.load(p, 96), s6)
      s7 = madd(w, v128.load(p, 112), s7)
    }
    v128.store(to, s0)
    v128.store(to, s1, 16)
    v128.store(to, s2, 32)
    v128.store(to, s3, 48)
    v128.store(to, s4, 64)
    v128.store(to, s5, 80)
    v128.store(to, s6, 96)
    v128.store(to, s7, 112)
    to += outX
    from += inX
  }
}

function eight(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize, start: f32,
): void {
  sumEight(to, outX, from, inX, width, offsets, end, values, start, false)
}

function addEight(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize,
): void {
  sumEight(to, outX, from, inX, width, offsets, end, values, 0, true)
}

/** The last 16 lanes of a place. */
// @ts-ignore: decorator
@inline
function sumFour(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize, start: f32,
  accumulate: bool,
): void {
  const first = splat(start)
  for (let x = 0; x < width; x++) {
    let s0 = accumulate ? v128.load(to) : first
    let s1 = accumulate ? v128.load(to, 16) : first
    let s2 = accumulate ? v128.load(to, 32) : first
    let s3 = accumulate ? v128.load(to, 48) : first
    let weights = values
    for (let at = offsets; at < end; at += 4) {
      const w = v128.load_splat<f32>(weights)
      weights += 4
      const p = from + load<i32>(at)
      s0 = madd(w, v128.load(p), s0)
      s1 = madd(w, v128.load(p, 16), s1)
      s2 = madd(w, v128.load(p, 32), s2)
      s3 = madd(w, v128.load(p, 48), s3)
    }
    v128.store(to, s0)
    v128.store(to, s1, 16)
    v128.store(to, s2, 32)
    v128.store(to, s3, 48)
    to += outX
    from += inX
  }
}

function four(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize, start: f32,
): void {
  sumFour(to, outX, from, inX, width, offsets, end, values, start, false)
}

function addFour(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize,
): void {
  sumFour(to, outX, from, inX, width, offsets, end, values, 0, true)
}

/** to[k] = values[order[k]]: the weights in the order of the transposed structure. */
export function gather(to: usize, values: usize, order: usize, count: i32): void {
  const end = order + (count << 2)
  for (; order < end; order += 4) {
    store<f32>(to, load<f32>(values + (load<i32>(order) << 2)))
    to += 4
  }
}
