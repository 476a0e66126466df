// Dense layers, whose images are one place a channel: the product, the transposed product, the gradient of short rows.
import { activateGradientRow, activateRow } from './activations'
import { flush, madd, one, splat, sumPair, sumPairs, tanhSixteen } from './math'
import { sumSixteen } from './product'

/** The product of whole 64 lanes, nothing there before: see `product`. */
export function denseRows(
  out: usize, rowOut: usize, input: usize, rowStarts: usize, offsets: usize, values: usize, bias: usize, rows: i32, bytes: i32,
  kind: i32,
): void {
  for (let chunk = 0; chunk < bytes; chunk += 256) {
    const from = input + chunk
    let start = load<i32>(rowStarts)
    for (let r = 0; r < rows; r++) {
      const end = load<i32>(rowStarts + (r << 2), 4)
      const to = out + chunk + load<i32>(rowOut + (r << 2))
      const first: f32 = bias ? load<f32>(bias + (r << 2)) : 0
      sumSixteen(to, 0, from, 0, 1, offsets + (start << 2), offsets + (end << 2), values + (start << 2), first, false)
      if (kind == 1) {
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
 * out[rowOut[r]][·] (+)= Σ_k values[order_k]·input[offset_k][·], over the pairs (offset_k, 4·order_k) of row r, then times the
 * slope of the activation `kind` at what lies `kept` bytes from there (0: none). Offsets in bytes, `bytes` a multiple of 64.
 */
export function transposedProduct(
  out: usize, rowOut: usize, input: usize, starts: usize, pairs: usize, values: usize, rows: i32, bytes: i32,
  accumulate: i32, kind: i32, kept: i32,
): void {
  if (!accumulate && (bytes & 255) == 0) {
    wideRows(out, rowOut, input, starts, pairs, values, rows, bytes, kind, kept)
    return
  }
  for (let chunk = 0; chunk < bytes;) {
    const left = bytes - chunk
    const step = left >= 256 ? 256 : left >= 128 ? 128 : 64
    const from = input + chunk
    let pair = pairs + (load<i32>(starts) << 3)
    for (let r = 0; r < rows; r++) {
      const end = pairs + (load<i32>(starts + (r << 2), 4) << 3)
      const to = out + chunk + load<i32>(rowOut + (r << 2))
      if (accumulate) {
        if (step == 256) addSixteen(to, from, pair, end, values)
        else if (step == 128) addEight(to, from, pair, end, values)
        else addFour(to, from, pair, end, values)
      } else {
        if (step == 256) sixteen(to, from, pair, end, values)
        else if (step == 128) eight(to, from, pair, end, values)
        else four(to, from, pair, end, values)
      }
      if (kind) activateGradientRow(kind, to, to, to + kept, step, 0)
      pair = end
    }
    chunk += step
  }
}

/** The same on whole 64 lanes, nothing there before: what most steps spend their time in, without calls. */
function wideRows(
  out: usize, rowOut: usize, input: usize, starts: usize, pairs: usize, values: usize, rows: i32, bytes: i32, kind: i32,
  kept: i32,
): void {
  for (let chunk = 0; chunk < bytes; chunk += 256) {
    const from = input + chunk
    let pair = pairs + (load<i32>(starts) << 3)
    for (let r = 0; r < rows; r++) {
      const end = pairs + (load<i32>(starts + (r << 2), 4) << 3)
      const to = out + chunk + load<i32>(rowOut + (r << 2))
      if (kind == 1) transposedSixteen(to, from, pair, end, values, false, to + kept, true)
      else {
        sixteen(to, from, pair, end, values)
        if (kind) activateGradientRow(kind, to, to, to + kept, 256, 0)
      }
      pair = end
    }
  }
}

/** A gradient times the slope 1 − y² of tanh. Tiny results become 0. */
// @ts-ignore: decorator
@inline
function tanhSlope(gradient: v128, kept: usize, offset: usize): v128 {
  const y = v128.load(kept + offset)
  return flush(f32x4.mul(gradient, f32x4.sub(one(), f32x4.mul(y, y))))
}

/** 64 lanes: V8 joins neighbouring vectors, since what they add up to is stored side by side. */
// @ts-ignore: decorator
@inline
function transposedSixteen(
  to: usize, from: usize, pair: usize, end: usize, values: usize, accumulate: bool, kept: usize, tanh: bool,
): void {
  let s0 = accumulate ? v128.load(to) : splat(0)
  let s1 = accumulate ? v128.load(to, 16) : splat(0)
  let s2 = accumulate ? v128.load(to, 32) : splat(0)
  let s3 = accumulate ? v128.load(to, 48) : splat(0)
  let s4 = accumulate ? v128.load(to, 64) : splat(0)
  let s5 = accumulate ? v128.load(to, 80) : splat(0)
  let s6 = accumulate ? v128.load(to, 96) : splat(0)
  let s7 = accumulate ? v128.load(to, 112) : splat(0)
  let s8 = accumulate ? v128.load(to, 128) : splat(0)
  let s9 = accumulate ? v128.load(to, 144) : splat(0)
  let s10 = accumulate ? v128.load(to, 160) : splat(0)
  let s11 = accumulate ? v128.load(to, 176) : splat(0)
  let s12 = accumulate ? v128.load(to, 192) : splat(0)
  let s13 = accumulate ? v128.load(to, 208) : splat(0)
  let s14 = accumulate ? v128.load(to, 224) : splat(0)
  let s15 = accumulate ? v128.load(to, 240) : splat(0)
  for (; pair < end; pair += 8) {
    const p = from + load<i32>(pair)
    const w = v128.load_splat<f32>(values + load<i32>(pair, 4))
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
  s0 = tanh ? tanhSlope(s0, kept, 0) : s0
  s1 = tanh ? tanhSlope(s1, kept, 16) : s1
  s2 = tanh ? tanhSlope(s2, kept, 32) : s2
  s3 = tanh ? tanhSlope(s3, kept, 48) : s3
  s4 = tanh ? tanhSlope(s4, kept, 64) : s4
  s5 = tanh ? tanhSlope(s5, kept, 80) : s5
  s6 = tanh ? tanhSlope(s6, kept, 96) : s6
  s7 = tanh ? tanhSlope(s7, kept, 112) : s7
  s8 = tanh ? tanhSlope(s8, kept, 128) : s8
  s9 = tanh ? tanhSlope(s9, kept, 144) : s9
  s10 = tanh ? tanhSlope(s10, kept, 160) : s10
  s11 = tanh ? tanhSlope(s11, kept, 176) : s11
  s12 = tanh ? tanhSlope(s12, kept, 192) : s12
  s13 = tanh ? tanhSlope(s13, kept, 208) : s13
  s14 = tanh ? tanhSlope(s14, kept, 224) : s14
  s15 = tanh ? tanhSlope(s15, kept, 240) : s15
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
}

function sixteen(to: usize, from: usize, pair: usize, end: usize, values: usize): void {
  transposedSixteen(to, from, pair, end, values, false, 0, false)
}

function addSixteen(to: usize, from: usize, pair: usize, end: usize, values: usize): void {
  transposedSixteen(to, from, pair, end, values, true, 0, false)
}

// @ts-ignore: decorator
@inline
function transposedEight(to: usize, from: usize, pair: usize, end: usize, values: usize, accumulate: bool): void {
  let s0 = accumulate ? v128.load(to) : splat(0)
  let s1 = accumulate ? v128.load(to, 16) : splat(0)
  let s2 = accumulate ? v128.load(to, 32) : splat(0)
  let s3 = accumulate ? v128.load(to, 48) : splat(0)
  let s4 = accumulate ? v128.load(to, 64) : splat(0)
  let s5 = accumulate ? v128.load(to, 80) : splat(0)
  let s6 = accumulate ? v128.load(to, 96) : splat(0)
  let s7 = accumulate ? v128.load(to, 112) : splat(0)
  for (; pair < end; pair += 8) {
    const p = from + load<i32>(pair)
    const w = v128.load_splat<f32>(values + load<i32>(pair, 4))
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
}

function eight(to: usize, from: usize, pair: usize, end: usize, values: usize): void {
  transposedEight(to, from, pair, end, values, false)
}

function addEight(to: usize, from: usize, pair: usize, end: usize, values: usize): void {
  transposedEight(to, from, pair, end, values, true)
}

// @ts-ignore: decorator
@inline
function transposedFour(to: usize, from: usize, pair: usize, end: usize, values: usize, accumulate: bool): void {
  let s0 = accumulate ? v128.load(to) : splat(0)
  let s1 = accumulate ? v128.load(to, 16) : splat(0)
  let s2 = accumulate ? v128.load(to, 32) : splat(0)
  let s3 = accumulate ? v128.load(to, 48) : splat(0)
  for (; pair < end; pair += 8) {
    const p = from + load<i32>(pair)
    const w = v128.load_splat<f32>(values + load<i32>(pair, 4))
    s0 = madd(w, v128.load(p), s0)
    s1 = madd(w, v128.load(p, 16), s1)
    s2 = madd(w, v128.load(p, 32), s2)
    s3 = madd(w, v128.load(p, 48), s3)
  }
  v128.store(to, s0)
  v128.store(to, s1, 16)
  v128.store(to, s2, 32)
  v128.store(to, s3, 48)
}

function four(to: usize, from: usize, pair: usize, end: usize, values: usize): void {
  transposedFour(to, from, pair, end, values, false)
}

function addFour(to: usize, from: usize, pair: usize, end: usize, values: usize): void {
  transposedFour(to, from, pair, end, values, true)
}

/**
 * gradients[k] = Σ over lanes of gradient[rowOf[k]][·]·input[offsets[k]][·], four nonzeros at a time whatever their rows: where
 * rows are short, to begin and end each would take most of the time. `partial` holds the sums of four meanwhile.
 */
export function sampledPairs(
  gradients: usize, partial: usize, gradient: usize, gradRow: i32, input: usize, rowOf: usize, offsets: usize, count: i32,
  bytes: i32,
): void {
  const last = count - 4
  if (last < 0) {
    for (let k = 0; k < count; k++) {
      onePair(partial, gradient + load<u16>(rowOf + (k << 1)) * gradRow, input + load<i32>(offsets + (k << 2)), bytes)
      store<f32>(gradients + (k << 2), sumPair(partial))
    }
    return
  }
  // The last four begin where they have to: some sums are made twice.
  for (let k = 0; k < count; k += 4) {
    k = min(k, last)
    const r = rowOf + (k << 1)
    const o = offsets + (k << 2)
    onePair(partial, gradient + load<u16>(r) * gradRow, input + load<i32>(o), bytes)
    onePair(partial + 32, gradient + load<u16>(r, 2) * gradRow, input + load<i32>(o, 4), bytes)
    onePair(partial + 64, gradient + load<u16>(r, 4) * gradRow, input + load<i32>(o, 8), bytes)
    onePair(partial + 96, gradient + load<u16>(r, 6) * gradRow, input + load<i32>(o, 12), bytes)
    v128.store(gradients + (k << 2), sumPairs(partial))
  }
}

/** Two vectors of lane sums of one pair, stored side by side. */
// @ts-ignore: decorator
@inline
function onePair(to: usize, g: usize, p: usize, bytes: i32): void {
  let a0 = splat(0)
  let a1 = splat(0)
  let a2 = splat(0)
  let a3 = splat(0)
  for (let l = 0; l < bytes; l += 64) {
    a0 = madd(v128.load(g + l), v128.load(p + l), a0)
    a1 = madd(v128.load(g + l, 16), v128.load(p + l, 16), a1)
    a2 = madd(v128.load(g + l, 32), v128.load(p + l, 32), a2)
    a3 = madd(v128.load(g + l, 48), v128.load(p + l, 48), a3)
  }
  v128.store(to, f32x4.add(a0, a2))
  v128.store(to, f32x4.add(a1, a3), 16)
}
