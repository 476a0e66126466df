// Gradients of dense layers: the transposed product, and the gradient of the weights pair by pair.
import { activateGradientRow } from './activations'
import { madd, splat, sumPair, sumPairs } from './math'

/**
 * out[rowOut[r]][·] (+)= Σ_k values[order_k]·input[offset_k][·], over the pairs (offset_k, 4·order_k) of row r, then times the
 * slope of the activation `kind` at what lies `kept` bytes from there (0: none). Offsets in bytes, `bytes` a multiple of 64.
 */
export function transposedProduct(
  out: usize, rowOut: usize, input: usize, starts: usize, pairs: usize, values: usize, rows: i32, bytes: i32,
  accumulate: i32, kind: i32, kept: i32,
): void {
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

/** 64 lanes: V8 joins neighbouring vectors, since what they add up to is stored side by side. */
// @ts-ignore: decorator
@inline
function sumSixteen(to: usize, from: usize, pair: usize, end: usize, values: usize, accumulate: bool): void {
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
  sumSixteen(to, from, pair, end, values, false)
}

function addSixteen(to: usize, from: usize, pair: usize, end: usize, values: usize): void {
  sumSixteen(to, from, pair, end, values, true)
}

// @ts-ignore: decorator
@inline
function sumEight(to: usize, from: usize, pair: usize, end: usize, values: usize, accumulate: bool): void {
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
  sumEight(to, from, pair, end, values, false)
}

function addEight(to: usize, from: usize, pair: usize, end: usize, values: usize): void {
  sumEight(to, from, pair, end, values, true)
}

// @ts-ignore: decorator
@inline
function sumQuarter(to: usize, from: usize, pair: usize, end: usize, values: usize, accumulate: bool): void {
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
  sumQuarter(to, from, pair, end, values, false)
}

function addFour(to: usize, from: usize, pair: usize, end: usize, values: usize): void {
  sumQuarter(to, from, pair, end, values, true)
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
