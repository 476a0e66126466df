// Kernels without zeros: every row of outputs reads the same inputs, so that several rows share what is read.
import { activateRow } from './activations'
import { madd, splat } from './math'

/** Four rows of 16 lanes. */
// @ts-expect-error: decorator
@inline
function four16(
  to: usize, rowOut: usize, from: usize, offsets: usize, weights: usize, bias: usize, columns: i32,
  accumulate: bool,
): void {
  const o0 = to + load<i32>(rowOut)
  const o1 = to + load<i32>(rowOut, 4)
  const o2 = to + load<i32>(rowOut, 8)
  const o3 = to + load<i32>(rowOut, 12)
  const b0: v128 = bias ? v128.load_splat<f32>(bias) : splat(0)
  const b1: v128 = bias ? v128.load_splat<f32>(bias, 4) : splat(0)
  const b2: v128 = bias ? v128.load_splat<f32>(bias, 8) : splat(0)
  const b3: v128 = bias ? v128.load_splat<f32>(bias, 12) : splat(0)
  let s00 = accumulate ? v128.load(o0) : b0
  let s01 = accumulate ? v128.load(o0, 16) : b0
  let s02 = accumulate ? v128.load(o0, 32) : b0
  let s03 = accumulate ? v128.load(o0, 48) : b0
  let s10 = accumulate ? v128.load(o1) : b1
  let s11 = accumulate ? v128.load(o1, 16) : b1
  let s12 = accumulate ? v128.load(o1, 32) : b1
  let s13 = accumulate ? v128.load(o1, 48) : b1
  let s20 = accumulate ? v128.load(o2) : b2
  let s21 = accumulate ? v128.load(o2, 16) : b2
  let s22 = accumulate ? v128.load(o2, 32) : b2
  let s23 = accumulate ? v128.load(o2, 48) : b2
  let s30 = accumulate ? v128.load(o3) : b3
  let s31 = accumulate ? v128.load(o3, 16) : b3
  let s32 = accumulate ? v128.load(o3, 32) : b3
  let s33 = accumulate ? v128.load(o3, 48) : b3
  const row1 = 1 * (columns << 2)
  const row2 = 2 * (columns << 2)
  const row3 = 3 * (columns << 2)
  const end = offsets + (columns << 2)
  for (; offsets < end; offsets += 4, weights += 4) {
    const p = from + load<i32>(offsets)
    const x0 = v128.load(p)
    const x1 = v128.load(p, 16)
    const x2 = v128.load(p, 32)
    const x3 = v128.load(p, 48)
    const w0 = v128.load_splat<f32>(weights)
    s00 = madd(w0, x0, s00)
    s01 = madd(w0, x1, s01)
    s02 = madd(w0, x2, s02)
    s03 = madd(w0, x3, s03)
    const w1 = v128.load_splat<f32>(weights + row1)
    s10 = madd(w1, x0, s10)
    s11 = madd(w1, x1, s11)
    s12 = madd(w1, x2, s12)
    s13 = madd(w1, x3, s13)
    const w2 = v128.load_splat<f32>(weights + row2)
    s20 = madd(w2, x0, s20)
    s21 = madd(w2, x1, s21)
    s22 = madd(w2, x2, s22)
    s23 = madd(w2, x3, s23)
    const w3 = v128.load_splat<f32>(weights + row3)
    s30 = madd(w3, x0, s30)
    s31 = madd(w3, x1, s31)
    s32 = madd(w3, x2, s32)
    s33 = madd(w3, x3, s33)
  }
  v128.store(o0, s00)
  v128.store(o0, s01, 16)
  v128.store(o0, s02, 32)
  v128.store(o0, s03, 48)
  v128.store(o1, s10)
  v128.store(o1, s11, 16)
  v128.store(o1, s12, 32)
  v128.store(o1, s13, 48)
  v128.store(o2, s20)
  v128.store(o2, s21, 16)
  v128.store(o2, s22, 32)
  v128.store(o2, s23, 48)
  v128.store(o3, s30)
  v128.store(o3, s31, 16)
  v128.store(o3, s32, 32)
  v128.store(o3, s33, 48)
}

/** One row of 16 lanes. */
// @ts-expect-error: decorator
@inline
function one16(
  to: usize, rowOut: usize, from: usize, offsets: usize, weights: usize, bias: usize, columns: i32,
  accumulate: bool,
): void {
  const o0 = to + load<i32>(rowOut)
  const b0: v128 = bias ? v128.load_splat<f32>(bias) : splat(0)
  let s00 = accumulate ? v128.load(o0) : b0
  let s01 = accumulate ? v128.load(o0, 16) : b0
  let s02 = accumulate ? v128.load(o0, 32) : b0
  let s03 = accumulate ? v128.load(o0, 48) : b0
  const end = offsets + (columns << 2)
  for (; offsets < end; offsets += 4, weights += 4) {
    const p = from + load<i32>(offsets)
    const x0 = v128.load(p)
    const x1 = v128.load(p, 16)
    const x2 = v128.load(p, 32)
    const x3 = v128.load(p, 48)
    const w0 = v128.load_splat<f32>(weights)
    s00 = madd(w0, x0, s00)
    s01 = madd(w0, x1, s01)
    s02 = madd(w0, x2, s02)
    s03 = madd(w0, x3, s03)
  }
  v128.store(o0, s00)
  v128.store(o0, s01, 16)
  v128.store(o0, s02, 32)
  v128.store(o0, s03, 48)
}

/** Four rows of 8 lanes. */
// @ts-expect-error: decorator
@inline
function four8(
  to: usize, rowOut: usize, from: usize, offsets: usize, weights: usize, bias: usize, columns: i32,
  accumulate: bool,
): void {
  const o0 = to + load<i32>(rowOut)
  const o1 = to + load<i32>(rowOut, 4)
  const o2 = to + load<i32>(rowOut, 8)
  const o3 = to + load<i32>(rowOut, 12)
  const b0: v128 = bias ? v128.load_splat<f32>(bias) : splat(0)
  const b1: v128 = bias ? v128.load_splat<f32>(bias, 4) : splat(0)
  const b2: v128 = bias ? v128.load_splat<f32>(bias, 8) : splat(0)
  const b3: v128 = bias ? v128.load_splat<f32>(bias, 12) : splat(0)
  let s00 = accumulate ? v128.load(o0) : b0
  let s01 = accumulate ? v128.load(o0, 16) : b0
  let s10 = accumulate ? v128.load(o1) : b1
  let s11 = accumulate ? v128.load(o1, 16) : b1
  let s20 = accumulate ? v128.load(o2) : b2
  let s21 = accumulate ? v128.load(o2, 16) : b2
  let s30 = accumulate ? v128.load(o3) : b3
  let s31 = accumulate ? v128.load(o3, 16) : b3
  const row1 = 1 * (columns << 2)
  const row2 = 2 * (columns << 2)
  const row3 = 3 * (columns << 2)
  const end = offsets + (columns << 2)
  for (; offsets < end; offsets += 4, weights += 4) {
    const p = from + load<i32>(offsets)
    const x0 = v128.load(p)
    const x1 = v128.load(p, 16)
    const w0 = v128.load_splat<f32>(weights)
    s00 = madd(w0, x0, s00)
    s01 = madd(w0, x1, s01)
    const w1 = v128.load_splat<f32>(weights + row1)
    s10 = madd(w1, x0, s10)
    s11 = madd(w1, x1, s11)
    const w2 = v128.load_splat<f32>(weights + row2)
    s20 = madd(w2, x0, s20)
    s21 = madd(w2, x1, s21)
    const w3 = v128.load_splat<f32>(weights + row3)
    s30 = madd(w3, x0, s30)
    s31 = madd(w3, x1, s31)
  }
  v128.store(o0, s00)
  v128.store(o0, s01, 16)
  v128.store(o1, s10)
  v128.store(o1, s11, 16)
  v128.store(o2, s20)
  v128.store(o2, s21, 16)
  v128.store(o3, s30)
  v128.store(o3, s31, 16)
}

/** One row of 8 lanes. */
// @ts-expect-error: decorator
@inline
function one8(
  to: usize, rowOut: usize, from: usize, offsets: usize, weights: usize, bias: usize, columns: i32,
  accumulate: bool,
): void {
  const o0 = to + load<i32>(rowOut)
  const b0: v128 = bias ? v128.load_splat<f32>(bias) : splat(0)
  let s00 = accumulate ? v128.load(o0) : b0
  let s01 = accumulate ? v128.load(o0, 16) : b0
  const end = offsets + (columns << 2)
  for (; offsets < end; offsets += 4, weights += 4) {
    const p = from + load<i32>(offsets)
    const x0 = v128.load(p)
    const x1 = v128.load(p, 16)
    const w0 = v128.load_splat<f32>(weights)
    s00 = madd(w0, x0, s00)
    s01 = madd(w0, x1, s01)
  }
  v128.store(o0, s00)
  v128.store(o0, s01, 16)
}

// Each in a function of its own: all in one would be too large for registers.

function setFour16(
  to: usize, rowOut: usize, from: usize, offsets: usize, weights: usize, bias: usize, columns: i32,
): void {
  four16(to, rowOut, from, offsets, weights, bias, columns, false)
}

function addFour16(
  to: usize, rowOut: usize, from: usize, offsets: usize, weights: usize, columns: i32,
): void {
  four16(to, rowOut, from, offsets, weights, 0, columns, true)
}

function setOne16(
  to: usize, rowOut: usize, from: usize, offsets: usize, weights: usize, bias: usize, columns: i32,
): void {
  one16(to, rowOut, from, offsets, weights, bias, columns, false)
}

function addOne16(
  to: usize, rowOut: usize, from: usize, offsets: usize, weights: usize, columns: i32,
): void {
  one16(to, rowOut, from, offsets, weights, 0, columns, true)
}

function setFour8(
  to: usize, rowOut: usize, from: usize, offsets: usize, weights: usize, bias: usize, columns: i32,
): void {
  four8(to, rowOut, from, offsets, weights, bias, columns, false)
}

function addFour8(
  to: usize, rowOut: usize, from: usize, offsets: usize, weights: usize, columns: i32,
): void {
  four8(to, rowOut, from, offsets, weights, 0, columns, true)
}

function setOne8(
  to: usize, rowOut: usize, from: usize, offsets: usize, weights: usize, bias: usize, columns: i32,
): void {
  one8(to, rowOut, from, offsets, weights, bias, columns, false)
}

function addOne8(
  to: usize, rowOut: usize, from: usize, offsets: usize, weights: usize, columns: i32,
): void {
  one8(to, rowOut, from, offsets, weights, 0, columns, true)
}

/**
 * out[rowOut[r] + y·outY + x·outX][·] = f(first + Σ_c weights[r][c]·input[offsets[c] + y·inY + x·inX][·]);
 * first is what is there with `accumulate`, else bias[r] (`bias` 0: none), f the activation `kind` (0: none).
 * Strides and offsets in bytes; a position holds `bytes` bytes, a multiple of 32.
 */
export function fullProduct(
  out: usize, rowOut: usize, outY: i32, outX: i32, input: usize, inY: i32, inX: i32, offsets: usize,
  weights: usize, bias: usize, rows: i32, columns: i32, height: i32, width: i32, bytes: i32, accumulate: i32,
  kind: i32,
): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = out + y * outY + x * outX
      const from = input + y * inY + x * inX
      let l = 0
      for (; l + 63 < bytes; l += 64) {
        let r = 0
        for (; r + 3 < rows; r += 4) {
          const w = weights + ((r * columns) << 2)
          if (accumulate) addFour16(to + l, rowOut + (r << 2), from + l, offsets, w, columns)
          else setFour16(to + l, rowOut + (r << 2), from + l, offsets, w, bias ? bias + (r << 2) : 0, columns)
        }
        for (; r < rows; r++) {
          const w = weights + ((r * columns) << 2)
          if (accumulate) addOne16(to + l, rowOut + (r << 2), from + l, offsets, w, columns)
          else setOne16(to + l, rowOut + (r << 2), from + l, offsets, w, bias ? bias + (r << 2) : 0, columns)
        }
      }
      if (l < bytes) {
        let r = 0
        for (; r + 3 < rows; r += 4) {
          const w = weights + ((r * columns) << 2)
          if (accumulate) addFour8(to + l, rowOut + (r << 2), from + l, offsets, w, columns)
          else setFour8(to + l, rowOut + (r << 2), from + l, offsets, w, bias ? bias + (r << 2) : 0, columns)
        }
        for (; r < rows; r++) {
          const w = weights + ((r * columns) << 2)
          if (accumulate) addOne8(to + l, rowOut + (r << 2), from + l, offsets, w, columns)
          else setOne8(to + l, rowOut + (r << 2), from + l, offsets, w, bias ? bias + (r << 2) : 0, columns)
        }
      }
      if (!kind) continue
      for (let r = 0; r < rows; r++) {
        const o = to + load<i32>(rowOut + (r << 2))
        activateRow(kind, o, o, bytes)
      }
    }
  }
}
