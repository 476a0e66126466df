// Kernels without zeros: every row of outputs reads the same inputs, so that several rows share what is read.
import { activateRow } from './activations'
import { madd, splat, sumPair, sumPairs } from './math'

/** Four rows of 16 lanes. */
// @ts-ignore: decorator
@inline
function four16(
  to: usize, rowOut: usize, from: usize, offsets: usize, weights: usize, bias: usize, columns: i32, accumulate: bool,
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
// @ts-ignore: decorator
@inline
function one16(
  to: usize, rowOut: usize, from: usize, offsets: usize, weights: usize, bias: usize, columns: i32, accumulate: bool,
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
// @ts-ignore: decorator
@inline
function four8(
  to: usize, rowOut: usize, from: usize, offsets: usize, weights: usize, bias: usize, columns: i32, accumulate: bool,
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
// @ts-ignore: decorator
@inline
function one8(
  to: usize, rowOut: usize, from: usize, offsets: usize, weights: usize, bias: usize, columns: i32, accumulate: bool,
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
 * out[rowOut[r] + y·outY + x·outX][·] = f(first + Σ_c weights[r][c]·input[offsets[c] + y·inY + x·inX][·]); first is what is there
 * with `accumulate`, else bias[r] (`bias` 0: none), f the activation `kind` (0: none). Strides and offsets in bytes; a position
 * holds `bytes` bytes, a multiple of 32.
 */
export function fullProduct(
  out: usize, rowOut: usize, outY: i32, outX: i32, input: usize, inY: i32, inX: i32, offsets: usize, weights: usize,
  bias: usize, rows: i32, columns: i32, height: i32, width: i32, bytes: i32, accumulate: i32, kind: i32,
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

/** Lane sums of 4 × 2 weights, those of a column side by side. */
function sums42(
  partial: usize, gradient: usize, gradRow: i32, gradX: i32, input: usize, inX: i32, offsets: usize, width: i32, bytes: i32,
): void {
  let g0 = gradient
  let g1 = gradient + 1 * gradRow
  let g2 = gradient + 2 * gradRow
  let g3 = gradient + 3 * gradRow
  let p0 = input + load<i32>(offsets)
  let p1 = input + load<i32>(offsets, 4)
  let a00 = splat(0)
  let b00 = splat(0)
  let a01 = splat(0)
  let b01 = splat(0)
  let a10 = splat(0)
  let b10 = splat(0)
  let a11 = splat(0)
  let b11 = splat(0)
  let a20 = splat(0)
  let b20 = splat(0)
  let a21 = splat(0)
  let b21 = splat(0)
  let a30 = splat(0)
  let b30 = splat(0)
  let a31 = splat(0)
  let b31 = splat(0)
  for (let x = 0; x < width; x++) {
    for (let l = 0; l < bytes; l += 32) {
      const u0 = v128.load(p0 + l)
      const v0 = v128.load(p0 + l, 16)
      const u1 = v128.load(p1 + l)
      const v1 = v128.load(p1 + l, 16)
      const g0a = v128.load(g0 + l)
      const g0b = v128.load(g0 + l, 16)
      a00 = madd(g0a, u0, a00)
      b00 = madd(g0b, v0, b00)
      a01 = madd(g0a, u1, a01)
      b01 = madd(g0b, v1, b01)
      const g1a = v128.load(g1 + l)
      const g1b = v128.load(g1 + l, 16)
      a10 = madd(g1a, u0, a10)
      b10 = madd(g1b, v0, b10)
      a11 = madd(g1a, u1, a11)
      b11 = madd(g1b, v1, b11)
      const g2a = v128.load(g2 + l)
      const g2b = v128.load(g2 + l, 16)
      a20 = madd(g2a, u0, a20)
      b20 = madd(g2b, v0, b20)
      a21 = madd(g2a, u1, a21)
      b21 = madd(g2b, v1, b21)
      const g3a = v128.load(g3 + l)
      const g3b = v128.load(g3 + l, 16)
      a30 = madd(g3a, u0, a30)
      b30 = madd(g3b, v0, b30)
      a31 = madd(g3a, u1, a31)
      b31 = madd(g3b, v1, b31)
    }
    g0 += gradX
    g1 += gradX
    g2 += gradX
    g3 += gradX
    p0 += inX
    p1 += inX
  }
  v128.store(partial, a00)
  v128.store(partial, b00, 16)
  v128.store(partial, a10, 32)
  v128.store(partial, b10, 48)
  v128.store(partial, a20, 64)
  v128.store(partial, b20, 80)
  v128.store(partial, a30, 96)
  v128.store(partial, b30, 112)
  v128.store(partial, a01, 128)
  v128.store(partial, b01, 144)
  v128.store(partial, a11, 160)
  v128.store(partial, b11, 176)
  v128.store(partial, a21, 192)
  v128.store(partial, b21, 208)
  v128.store(partial, a31, 224)
  v128.store(partial, b31, 240)
}

/** Lane sums of 4 × 1 weights, those of a column side by side. */
function sums41(
  partial: usize, gradient: usize, gradRow: i32, gradX: i32, input: usize, inX: i32, offsets: usize, width: i32, bytes: i32,
): void {
  let g0 = gradient
  let g1 = gradient + 1 * gradRow
  let g2 = gradient + 2 * gradRow
  let g3 = gradient + 3 * gradRow
  let p0 = input + load<i32>(offsets)
  let a00 = splat(0)
  let b00 = splat(0)
  let a10 = splat(0)
  let b10 = splat(0)
  let a20 = splat(0)
  let b20 = splat(0)
  let a30 = splat(0)
  let b30 = splat(0)
  for (let x = 0; x < width; x++) {
    for (let l = 0; l < bytes; l += 32) {
      const u0 = v128.load(p0 + l)
      const v0 = v128.load(p0 + l, 16)
      const g0a = v128.load(g0 + l)
      const g0b = v128.load(g0 + l, 16)
      a00 = madd(g0a, u0, a00)
      b00 = madd(g0b, v0, b00)
      const g1a = v128.load(g1 + l)
      const g1b = v128.load(g1 + l, 16)
      a10 = madd(g1a, u0, a10)
      b10 = madd(g1b, v0, b10)
      const g2a = v128.load(g2 + l)
      const g2b = v128.load(g2 + l, 16)
      a20 = madd(g2a, u0, a20)
      b20 = madd(g2b, v0, b20)
      const g3a = v128.load(g3 + l)
      const g3b = v128.load(g3 + l, 16)
      a30 = madd(g3a, u0, a30)
      b30 = madd(g3b, v0, b30)
    }
    g0 += gradX
    g1 += gradX
    g2 += gradX
    g3 += gradX
    p0 += inX
  }
  v128.store(partial, a00)
  v128.store(partial, b00, 16)
  v128.store(partial, a10, 32)
  v128.store(partial, b10, 48)
  v128.store(partial, a20, 64)
  v128.store(partial, b20, 80)
  v128.store(partial, a30, 96)
  v128.store(partial, b30, 112)
}

/** Lane sums of 1 × 1 weights, those of a column side by side. */
function sums11(
  partial: usize, gradient: usize, gradRow: i32, gradX: i32, input: usize, inX: i32, offsets: usize, width: i32, bytes: i32,
): void {
  let g0 = gradient
  let p0 = input + load<i32>(offsets)
  let a00 = splat(0)
  let b00 = splat(0)
  for (let x = 0; x < width; x++) {
    for (let l = 0; l < bytes; l += 32) {
      const u0 = v128.load(p0 + l)
      const v0 = v128.load(p0 + l, 16)
      const g0a = v128.load(g0 + l)
      const g0b = v128.load(g0 + l, 16)
      a00 = madd(g0a, u0, a00)
      b00 = madd(g0b, v0, b00)
    }
    g0 += gradX
    p0 += inX
  }
  v128.store(partial, a00)
  v128.store(partial, b00, 16)
}

// @ts-ignore: decorator
@inline
function addTo(at: usize, value: f32): void {
  store<f32>(at, load<f32>(at) + value)
}

/**
 * sums[r][c] = Σ over positions and lanes of gradient[r][y][x][·]·input[offsets[c] + y·inY + x·inX][·]. Positions are taken `block`
 * bytes at a time, so that what all rows read of them stays in the cache; `partial` holds the sums of eight weights meanwhile.
 */
export function fullGradient(
  sums: usize, partial: usize, gradient: usize, gradRow: i32, gradY: i32, gradX: i32, input: usize, inY: i32, inX: i32,
  offsets: usize, rows: i32, columns: i32, height: i32, width: i32, bytes: i32, block: i32,
): void {
  memory.fill(sums, 0, (rows * columns) << 2)
  const step = columns << 2
  for (let y = 0; y < height; y++) {
    for (let from = 0; from < bytes; from += block) {
      const part = min(block, bytes - from)
      const i = input + y * inY + from
      let r = 0
      for (; r + 3 < rows; r += 4) {
        const g = gradient + r * gradRow + y * gradY + from
        let to = sums + r * step
        let c = 0
        for (; c + 1 < columns; c += 2, to += 8) {
          sums42(partial, g, gradRow, gradX, i, inX, offsets + (c << 2), width, part)
          const one = sumPairs(partial)
          const two = sumPairs(partial + 128)
          addTo(to, f32x4.extract_lane(one, 0))
          addTo(to + 4, f32x4.extract_lane(two, 0))
          addTo(to + step, f32x4.extract_lane(one, 1))
          addTo(to + step + 4, f32x4.extract_lane(two, 1))
          addTo(to + 2 * step, f32x4.extract_lane(one, 2))
          addTo(to + 2 * step + 4, f32x4.extract_lane(two, 2))
          addTo(to + 3 * step, f32x4.extract_lane(one, 3))
          addTo(to + 3 * step + 4, f32x4.extract_lane(two, 3))
        }
        if (c < columns) {
          sums41(partial, g, gradRow, gradX, i, inX, offsets + (c << 2), width, part)
          const one = sumPairs(partial)
          addTo(to, f32x4.extract_lane(one, 0))
          addTo(to + step, f32x4.extract_lane(one, 1))
          addTo(to + 2 * step, f32x4.extract_lane(one, 2))
          addTo(to + 3 * step, f32x4.extract_lane(one, 3))
        }
      }
      for (; r < rows; r++) {
        const g = gradient + r * gradRow + y * gradY + from
        for (let c = 0; c < columns; c++) {
          sums11(partial, g, gradRow, gradX, i, inX, offsets + (c << 2), width, part)
          addTo(sums + r * step + (c << 2), sumPair(partial))
        }
      }
    }
  }
}
