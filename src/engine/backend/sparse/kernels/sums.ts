// Weighted sums of rows of lanes, which all products are made of: out = first + Σ_k value_k·row_k.
import { flush, madd, one, splat } from './math'

/**
 * `width` places of 64 lanes each, `outX` and `inX` bytes apart: of the rows at `offsets` up to `end` from
 * the place, with the values in order, or, `paired`, of pairs of an offset and the bytes to the value. Begins
 * with `start`, or with what is there, `accumulate`. With `tanh`, times the slope of tanh, 1 − y², of what
 * lies at `kept`.
 *
 * V8 joins neighbouring vectors to wider ones where the processor has them, since what they add up to is
 * stored side by side; the eight sums that are left hide the delay of an addition. Each lane is summed in the
 * same order whatever the width.
 */
// @ts-expect-error: decorator
@inline
export function sumSixteen(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize,
  start: f32, accumulate: bool, paired: bool, kept: usize, tanh: bool,
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
    for (let at = offsets; at < end; at += paired ? 8 : 4) {
      const p = from + load<i32>(at)
      const w = v128.load_splat<f32>(paired ? values + load<i32>(at, 4) : weights)
      weights += 4
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
    to += outX
    from += inX
  }
}

/** A gradient times the slope 1 − y² of tanh. Tiny results become 0. */
// @ts-expect-error: decorator
@inline
function tanhSlope(gradient: v128, kept: usize, offset: usize): v128 {
  const y = v128.load(kept + offset)
  return flush(f32x4.mul(gradient, f32x4.sub(one(), f32x4.mul(y, y))))
}

/** 32 lanes each. */
// @ts-expect-error: decorator
@inline
export function sumEight(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize,
  start: f32, accumulate: bool, paired: bool,
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
    for (let at = offsets; at < end; at += paired ? 8 : 4) {
      const p = from + load<i32>(at)
      const w = v128.load_splat<f32>(paired ? values + load<i32>(at, 4) : weights)
      weights += 4
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

/** 16 lanes each. */
// @ts-expect-error: decorator
@inline
export function sumFour(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize,
  start: f32, accumulate: bool, paired: bool,
): void {
  const first = splat(start)
  for (let x = 0; x < width; x++) {
    let s0 = accumulate ? v128.load(to) : first
    let s1 = accumulate ? v128.load(to, 16) : first
    let s2 = accumulate ? v128.load(to, 32) : first
    let s3 = accumulate ? v128.load(to, 48) : first
    let weights = values
    for (let at = offsets; at < end; at += paired ? 8 : 4) {
      const p = from + load<i32>(at)
      const w = v128.load_splat<f32>(paired ? values + load<i32>(at, 4) : weights)
      weights += 4
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

/** 8 lanes. */
// @ts-expect-error: decorator
@inline
export function sumTwo(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize,
  start: f32, accumulate: bool, paired: bool,
): void {
  const first = splat(start)
  for (let x = 0; x < width; x++) {
    let s0 = accumulate ? v128.load(to) : first
    let s1 = accumulate ? v128.load(to, 16) : first
    let weights = values
    for (let at = offsets; at < end; at += paired ? 8 : 4) {
      const p = from + load<i32>(at)
      const w = v128.load_splat<f32>(paired ? values + load<i32>(at, 4) : weights)
      weights += 4
      s0 = madd(w, v128.load(p), s0)
      s1 = madd(w, v128.load(p, 16), s1)
    }
    v128.store(to, s0)
    v128.store(to, s1, 16)
    to += outX
    from += inX
  }
}

/**
 * Four times 8 lanes that lie apart: of what is at `from` and `d1`, `d2`, `d3` bytes behind it, to `to` and
 * `t1`, `t2`, `t3` behind it. A weight that is read serves all, as in the wide sums, where the places of few
 * lanes do not follow each other.
 */
// @ts-expect-error: decorator
@inline
export function sumSpread(
  to: usize, t1: i32, t2: i32, t3: i32, from: usize, d1: i32, d2: i32, d3: i32, offsets: usize, end: usize,
  values: usize, start: f32, accumulate: bool,
): void {
  const first = splat(start)
  let s0 = accumulate ? v128.load(to) : first
  let s1 = accumulate ? v128.load(to, 16) : first
  let s2 = accumulate ? v128.load(to + t1) : first
  let s3 = accumulate ? v128.load(to + t1, 16) : first
  let s4 = accumulate ? v128.load(to + t2) : first
  let s5 = accumulate ? v128.load(to + t2, 16) : first
  let s6 = accumulate ? v128.load(to + t3) : first
  let s7 = accumulate ? v128.load(to + t3, 16) : first
  for (let at = offsets; at < end; at += 4, values += 4) {
    const p = from + load<i32>(at)
    const w = v128.load_splat<f32>(values)
    s0 = madd(w, v128.load(p), s0)
    s1 = madd(w, v128.load(p, 16), s1)
    s2 = madd(w, v128.load(p + d1), s2)
    s3 = madd(w, v128.load(p + d1, 16), s3)
    s4 = madd(w, v128.load(p + d2), s4)
    s5 = madd(w, v128.load(p + d2, 16), s5)
    s6 = madd(w, v128.load(p + d3), s6)
    s7 = madd(w, v128.load(p + d3, 16), s7)
  }
  v128.store(to, s0)
  v128.store(to, s1, 16)
  v128.store(to + t1, s2)
  v128.store(to + t1, s3, 16)
  v128.store(to + t2, s4)
  v128.store(to + t2, s5, 16)
  v128.store(to + t3, s6)
  v128.store(to + t3, s7, 16)
}
