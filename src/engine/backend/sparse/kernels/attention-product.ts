// Products of the matrices of attention: tiles of four rows and sixteen columns, whose sums stay in
// registers.
import { madd, splat } from './math'

// @ts-expect-error: decorator
@inline
function four(
  out: usize, outRow: i32, a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, count: i32, accumulate: bool,
): void {
  const o1 = out + outRow
  const o2 = o1 + outRow
  const o3 = o2 + outRow
  let a1 = a + aRow
  let a2 = a1 + aRow
  let a3 = a2 + aRow
  let s00 = accumulate ? v128.load(out) : splat(0)
  let s01 = accumulate ? v128.load(out, 16) : splat(0)
  let s02 = accumulate ? v128.load(out, 32) : splat(0)
  let s03 = accumulate ? v128.load(out, 48) : splat(0)
  let s10 = accumulate ? v128.load(o1) : splat(0)
  let s11 = accumulate ? v128.load(o1, 16) : splat(0)
  let s12 = accumulate ? v128.load(o1, 32) : splat(0)
  let s13 = accumulate ? v128.load(o1, 48) : splat(0)
  let s20 = accumulate ? v128.load(o2) : splat(0)
  let s21 = accumulate ? v128.load(o2, 16) : splat(0)
  let s22 = accumulate ? v128.load(o2, 32) : splat(0)
  let s23 = accumulate ? v128.load(o2, 48) : splat(0)
  let s30 = accumulate ? v128.load(o3) : splat(0)
  let s31 = accumulate ? v128.load(o3, 16) : splat(0)
  let s32 = accumulate ? v128.load(o3, 32) : splat(0)
  let s33 = accumulate ? v128.load(o3, 48) : splat(0)
  for (let z = 0; z < count; z++) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    const b2 = v128.load(b, 32)
    const b3 = v128.load(b, 48)
    const w0 = v128.load_splat<f32>(a)
    s00 = madd(w0, b0, s00)
    s01 = madd(w0, b1, s01)
    s02 = madd(w0, b2, s02)
    s03 = madd(w0, b3, s03)
    const w1 = v128.load_splat<f32>(a1)
    s10 = madd(w1, b0, s10)
    s11 = madd(w1, b1, s11)
    s12 = madd(w1, b2, s12)
    s13 = madd(w1, b3, s13)
    const w2 = v128.load_splat<f32>(a2)
    s20 = madd(w2, b0, s20)
    s21 = madd(w2, b1, s21)
    s22 = madd(w2, b2, s22)
    s23 = madd(w2, b3, s23)
    const w3 = v128.load_splat<f32>(a3)
    s30 = madd(w3, b0, s30)
    s31 = madd(w3, b1, s31)
    s32 = madd(w3, b2, s32)
    s33 = madd(w3, b3, s33)
    a += aStep
    a1 += aStep
    a2 += aStep
    a3 += aStep
    b += bRow
  }
  v128.store(out, s00)
  v128.store(out, s01, 16)
  v128.store(out, s02, 32)
  v128.store(out, s03, 48)
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

// @ts-expect-error: decorator
@inline
function one(out: usize, a: usize, aStep: i32, b: usize, bRow: i32, count: i32, accumulate: bool): void {
  let s0 = accumulate ? v128.load(out) : splat(0)
  let s1 = accumulate ? v128.load(out, 16) : splat(0)
  let s2 = accumulate ? v128.load(out, 32) : splat(0)
  let s3 = accumulate ? v128.load(out, 48) : splat(0)
  for (let z = 0; z < count; z++) {
    const w = v128.load_splat<f32>(a)
    s0 = madd(w, v128.load(b), s0)
    s1 = madd(w, v128.load(b, 16), s1)
    s2 = madd(w, v128.load(b, 32), s2)
    s3 = madd(w, v128.load(b, 48), s3)
    a += aStep
    b += bRow
  }
  v128.store(out, s0)
  v128.store(out, s1, 16)
  v128.store(out, s2, 32)
  v128.store(out, s3, 48)
}

// In functions of their own: all in one would be too large for registers.

function setFour(
  out: usize, outRow: i32, a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, count: i32,
): void {
  four(out, outRow, a, aRow, aStep, b, bRow, count, false)
}

function addFour(
  out: usize, outRow: i32, a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, count: i32,
): void {
  four(out, outRow, a, aRow, aStep, b, bRow, count, true)
}

function setOne(out: usize, a: usize, aStep: i32, b: usize, bRow: i32, count: i32): void {
  one(out, a, aStep, b, bRow, count, false)
}

function addOne(out: usize, a: usize, aStep: i32, b: usize, bRow: i32, count: i32): void {
  one(out, a, aStep, b, bRow, count, true)
}

/**
 * out[r][c] = Σ_z a[r][z]·b[z][c] of `rows` × `columns` × `count` float32. Rows of `out` and `b` are
 * contiguous and hold a multiple of sixteen; an entry of `a` is at r·aRow + z·aStep. Strides in bytes.
 */
export function setProduct(
  out: usize, outRow: i32, a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, rows: i32, columns: i32,
  count: i32,
): void {
  for (let c = 0; c < columns; c += 16) {
    const o = out + (c << 2)
    const p = b + (c << 2)
    let r = 0
    for (; r + 3 < rows; r += 4) setFour(o + r * outRow, outRow, a + r * aRow, aRow, aStep, p, bRow, count)
    for (; r < rows; r++) setOne(o + r * outRow, a + r * aRow, aStep, p, bRow, count)
  }
}

/** The same, added to what is there. */
export function addProduct(
  out: usize, outRow: i32, a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, rows: i32, columns: i32,
  count: i32,
): void {
  for (let c = 0; c < columns; c += 16) {
    const o = out + (c << 2)
    const p = b + (c << 2)
    let r = 0
    for (; r + 3 < rows; r += 4) addFour(o + r * outRow, outRow, a + r * aRow, aRow, aStep, p, bRow, count)
    for (; r < rows; r++) addOne(o + r * outRow, a + r * aRow, aStep, p, bRow, count)
  }
}
