// Softmax attention of every head and example: both factors of its products have a number a lane, so that each product is of
// matrices of vectors. Lanes are taken eight at a time, queries a few at a time, so that their scores stay near.
import { exp4, flush, madd, splat } from './math'

/** Bytes of eight lanes. */
const GROUP = 32

/** Queries, and in the gradient keys, whose scores are made and used together; as in layers/attention.ts. */
const QUERIES = 16
const KEYS = 32
const WIDE = KEYS * GROUP

// @ts-ignore: decorator
@inline
function at(image: usize): usize {
  return load<usize>(image)
}

// @ts-ignore: decorator
@inline
function plane(image: usize): i32 {
  return load<i32>(image, 4)
}

/**
 * out[x, y] = Σ_z a[x, z]·b[y, z] of eight lanes each; strides in bytes. Tiles of two x and four y: eight sums that hide the
 * delay of an addition, for six loads.
 */
function laneProduct(
  out: usize, outX: i32, outY: i32, a: usize, aX: i32, aZ: i32, b: usize, bY: i32, bZ: i32, xs: i32, ys: i32, zs: i32,
): void {
  let y = 0
  for (; y + 3 < ys; y += 4) {
    const o = out + y * outY
    const q = b + y * bY
    let x = 0
    for (; x + 1 < xs; x += 2) tile24(o + x * outX, outX, outY, a + x * aX, aX, aZ, q, bY, bZ, zs)
    if (x < xs) tile14(o + x * outX, outX, outY, a + x * aX, aX, aZ, q, bY, bZ, zs)
  }
  for (; y < ys; y++) {
    const o = out + y * outY
    const q = b + y * bY
    let x = 0
    for (; x + 1 < xs; x += 2) tile21(o + x * outX, outX, outY, a + x * aX, aX, aZ, q, bY, bZ, zs)
    if (x < xs) tile11(o + x * outX, outX, outY, a + x * aX, aX, aZ, q, bY, bZ, zs)
  }
}

/** The same, added to what is there. */
function addLaneProduct(
  out: usize, outX: i32, outY: i32, a: usize, aX: i32, aZ: i32, b: usize, bY: i32, bZ: i32, xs: i32, ys: i32, zs: i32,
): void {
  let y = 0
  for (; y + 3 < ys; y += 4) {
    const o = out + y * outY
    const q = b + y * bY
    let x = 0
    for (; x + 1 < xs; x += 2) add24(o + x * outX, outX, outY, a + x * aX, aX, aZ, q, bY, bZ, zs)
    if (x < xs) add14(o + x * outX, outX, outY, a + x * aX, aX, aZ, q, bY, bZ, zs)
  }
  for (; y < ys; y++) {
    const o = out + y * outY
    const q = b + y * bY
    let x = 0
    for (; x + 1 < xs; x += 2) add21(o + x * outX, outX, outY, a + x * aX, aX, aZ, q, bY, bZ, zs)
    if (x < xs) add11(o + x * outX, outX, outY, a + x * aX, aX, aZ, q, bY, bZ, zs)
  }
}

// @ts-ignore: decorator
@inline
function tile(
  o: usize, outX: i32, outY: i32, a: usize, aX: i32, aZ: i32, b: usize, bY: i32, bZ: i32, zs: i32, accumulate: bool,
  two: bool, four: bool,
): void {
  const p = o + outX
  let s0 = accumulate ? v128.load(o) : splat(0)
  let s1 = accumulate ? v128.load(o, 16) : splat(0)
  let s2 = accumulate && four ? v128.load(o + outY) : splat(0)
  let s3 = accumulate && four ? v128.load(o + outY, 16) : splat(0)
  let s4 = accumulate && four ? v128.load(o + 2 * outY) : splat(0)
  let s5 = accumulate && four ? v128.load(o + 2 * outY, 16) : splat(0)
  let s6 = accumulate && four ? v128.load(o + 3 * outY) : splat(0)
  let s7 = accumulate && four ? v128.load(o + 3 * outY, 16) : splat(0)
  let t0 = accumulate && two ? v128.load(p) : splat(0)
  let t1 = accumulate && two ? v128.load(p, 16) : splat(0)
  let t2 = accumulate && two && four ? v128.load(p + outY) : splat(0)
  let t3 = accumulate && two && four ? v128.load(p + outY, 16) : splat(0)
  let t4 = accumulate && two && four ? v128.load(p + 2 * outY) : splat(0)
  let t5 = accumulate && two && four ? v128.load(p + 2 * outY, 16) : splat(0)
  let t6 = accumulate && two && four ? v128.load(p + 3 * outY) : splat(0)
  let t7 = accumulate && two && four ? v128.load(p + 3 * outY, 16) : splat(0)
  let b1 = b + bY
  let b2 = b + 2 * bY
  let b3 = b + 3 * bY
  for (let z = 0; z < zs; z++) {
    const u0 = v128.load(a)
    const u1 = v128.load(a, 16)
    s0 = madd(u0, v128.load(b), s0)
    s1 = madd(u1, v128.load(b, 16), s1)
    if (four) {
      s2 = madd(u0, v128.load(b1), s2)
      s3 = madd(u1, v128.load(b1, 16), s3)
      s4 = madd(u0, v128.load(b2), s4)
      s5 = madd(u1, v128.load(b2, 16), s5)
      s6 = madd(u0, v128.load(b3), s6)
      s7 = madd(u1, v128.load(b3, 16), s7)
    }
    if (two) {
      const v0 = v128.load(a + aX)
      const v1 = v128.load(a + aX, 16)
      t0 = madd(v0, v128.load(b), t0)
      t1 = madd(v1, v128.load(b, 16), t1)
      if (four) {
        t2 = madd(v0, v128.load(b1), t2)
        t3 = madd(v1, v128.load(b1, 16), t3)
        t4 = madd(v0, v128.load(b2), t4)
        t5 = madd(v1, v128.load(b2, 16), t5)
        t6 = madd(v0, v128.load(b3), t6)
        t7 = madd(v1, v128.load(b3, 16), t7)
      }
    }
    a += aZ
    b += bZ
    if (four) {
      b1 += bZ
      b2 += bZ
      b3 += bZ
    }
  }
  v128.store(o, s0)
  v128.store(o, s1, 16)
  if (four) {
    v128.store(o + outY, s2)
    v128.store(o + outY, s3, 16)
    v128.store(o + 2 * outY, s4)
    v128.store(o + 2 * outY, s5, 16)
    v128.store(o + 3 * outY, s6)
    v128.store(o + 3 * outY, s7, 16)
  }
  if (!two) return
  v128.store(p, t0)
  v128.store(p, t1, 16)
  if (!four) return
  v128.store(p + outY, t2)
  v128.store(p + outY, t3, 16)
  v128.store(p + 2 * outY, t4)
  v128.store(p + 2 * outY, t5, 16)
  v128.store(p + 3 * outY, t6)
  v128.store(p + 3 * outY, t7, 16)
}

// The tiles of each size, in functions of their own: all in one would be too large for registers.

function tile24(
  o: usize, outX: i32, outY: i32, a: usize, aX: i32, aZ: i32, b: usize, bY: i32, bZ: i32, zs: i32,
): void {
  tile(o, outX, outY, a, aX, aZ, b, bY, bZ, zs, false, true, true)
}

function tile14(
  o: usize, outX: i32, outY: i32, a: usize, aX: i32, aZ: i32, b: usize, bY: i32, bZ: i32, zs: i32,
): void {
  tile(o, outX, outY, a, aX, aZ, b, bY, bZ, zs, false, false, true)
}

function tile21(
  o: usize, outX: i32, outY: i32, a: usize, aX: i32, aZ: i32, b: usize, bY: i32, bZ: i32, zs: i32,
): void {
  tile(o, outX, outY, a, aX, aZ, b, bY, bZ, zs, false, true, false)
}

function tile11(
  o: usize, outX: i32, outY: i32, a: usize, aX: i32, aZ: i32, b: usize, bY: i32, bZ: i32, zs: i32,
): void {
  tile(o, outX, outY, a, aX, aZ, b, bY, bZ, zs, false, false, false)
}

function add24(
  o: usize, outX: i32, outY: i32, a: usize, aX: i32, aZ: i32, b: usize, bY: i32, bZ: i32, zs: i32,
): void {
  tile(o, outX, outY, a, aX, aZ, b, bY, bZ, zs, true, true, true)
}

function add14(
  o: usize, outX: i32, outY: i32, a: usize, aX: i32, aZ: i32, b: usize, bY: i32, bZ: i32, zs: i32,
): void {
  tile(o, outX, outY, a, aX, aZ, b, bY, bZ, zs, true, false, true)
}

function add21(
  o: usize, outX: i32, outY: i32, a: usize, aX: i32, aZ: i32, b: usize, bY: i32, bZ: i32, zs: i32,
): void {
  tile(o, outX, outY, a, aX, aZ, b, bY, bZ, zs, true, true, false)
}

function add11(
  o: usize, outX: i32, outY: i32, a: usize, aX: i32, aZ: i32, b: usize, bY: i32, bZ: i32, zs: i32,
): void {
  tile(o, outX, outY, a, aX, aZ, b, bY, bZ, zs, true, false, false)
}

/** row[k] = exp(factor·row[k] − largest)·inverse, the largest and 1/sum found first and kept. */
function softmaxRow(row: usize, time: i32, factor: f32, largest: usize, inverse: usize): void {
  const f = splat(factor)
  const end = row + time * GROUP
  let m = f32x4.mul(v128.load(row), f)
  let n = f32x4.mul(v128.load(row, 16), f)
  for (let p = row; p < end; p += GROUP) {
    m = f32x4.pmax(m, f32x4.mul(v128.load(p), f))
    n = f32x4.pmax(n, f32x4.mul(v128.load(p, 16), f))
  }
  let s = splat(0)
  let t = splat(0)
  for (let p = row; p < end; p += GROUP) {
    const e = exp4(f32x4.sub(f32x4.mul(v128.load(p), f), m))
    const g = exp4(f32x4.sub(f32x4.mul(v128.load(p, 16), f), n))
    s = f32x4.add(s, e)
    t = f32x4.add(t, g)
    v128.store(p, e)
    v128.store(p, g, 16)
  }
  s = f32x4.div(splat(1), s)
  t = f32x4.div(splat(1), t)
  v128.store(largest, m)
  v128.store(largest, n, 16)
  v128.store(inverse, s)
  v128.store(inverse, t, 16)
  for (let p = row; p < end; p += GROUP) {
    v128.store(p, flush(f32x4.mul(v128.load(p), s)))
    v128.store(p, flush(f32x4.mul(v128.load(p, 16), t)), 16)
  }
}

/**
 * row = the softmax again, of some of the scores, and slopes = softmax·(slopes − Σ softmax·slopes)·factor: from the gradient of
 * the softmax to that of the scores before their factor; the sum, over all scores, is at `sum`.
 */
function slopesRow(
  row: usize, slopes: usize, bytes: i32, factor: f32, largest: usize, inverse: usize, sum: usize,
): void {
  const f = splat(factor)
  const m = v128.load(largest)
  const n = v128.load(largest, 16)
  const s = v128.load(inverse)
  const t = v128.load(inverse, 16)
  const a = v128.load(sum)
  const b = v128.load(sum, 16)
  for (let l = 0; l < bytes; l += GROUP) {
    const e = flush(f32x4.mul(exp4(f32x4.sub(f32x4.mul(v128.load(row + l), f), m)), s))
    const g = flush(f32x4.mul(exp4(f32x4.sub(f32x4.mul(v128.load(row + l, 16), f), n)), t))
    const h = flush(f32x4.mul(f32x4.mul(e, f), f32x4.sub(v128.load(slopes + l), a)))
    const k = flush(f32x4.mul(f32x4.mul(g, f), f32x4.sub(v128.load(slopes + l, 16), b)))
    v128.store(row + l, e)
    v128.store(row + l, g, 16)
    v128.store(slopes + l, h)
    v128.store(slopes + l, k, 16)
  }
}

/** sums[i] = Σ_c gradient·output of query i, which is Σ softmax·(gradient of the softmax). */
function outputDots(
  sums: usize, gradient: usize, gradientPlane: i32, output: usize, outputPlane: i32, depth: i32, time: i32, bytes: i32,
): void {
  for (let i = 0; i < time; i++) {
    let g = gradient + i * bytes
    let o = output + i * bytes
    let a = splat(0)
    let b = splat(0)
    for (let c = 0; c < depth; c++) {
      a = madd(v128.load(g), v128.load(o), a)
      b = madd(v128.load(g, 16), v128.load(o, 16), b)
      g += gradientPlane
      o += outputPlane
    }
    v128.store(sums + i * GROUP, a)
    v128.store(sums + i * GROUP, b, 16)
  }
}

/**
 * softmax(factor·Q·Kᵀ)·V of each head: images of `heads`·`depth` channels and `time` places of `bytes` bytes. Keeps the largest
 * score of each query and 1/sum in `saved` [heads][time][2][bytes]; `scratch` holds QUERIES·time·32 bytes. `causal`: a query meets
 * the keys up to its own alone, and what no query of a tile meets is not computed.
 */
export function attend(
  to: usize, query: usize, key: usize, value: usize, saved: usize, scratch: usize, heads: i32, depth: i32, time: i32,
  bytes: i32, factor: f32, causal: i32,
): void {
  const wide = time * GROUP
  for (let head = 0; head < heads; head++) {
    const c = head * depth
    for (let l = 0; l < bytes; l += GROUP) {
      const k = at(key) + c * plane(key) + l
      const v = at(value) + c * plane(value) + l
      for (let i = 0; i < time; i += QUERIES) {
        const rows = min(QUERIES, time - i)
        const keys = causal ? i + rows : time
        const q = at(query) + c * plane(query) + i * bytes + l
        laneProduct(
          scratch, wide, GROUP, q, bytes, plane(query), k, bytes, plane(key), rows, keys, depth)
        for (let r = 0; r < rows; r++) {
          const keep = saved + ((head * time + i + r) << 1) * bytes + l
          const met = causal ? i + r + 1 : time
          const row = scratch + r * wide
          softmaxRow(row, met, factor, keep, keep + bytes)
          memory.fill(row + met * GROUP, 0, (keys - met) * GROUP)
        }
        laneProduct(
          at(to) + c * plane(to) + i * bytes + l, bytes, plane(to), scratch, wide, GROUP, v, plane(value), bytes, rows, depth,
          keys)
      }
    }
  }
}

/**
 * Adds to the gradients of query, key and value, of the output and its gradient. The softmax is made again from the scores, for some
 * keys at a time, so that these, their values and the gradients of both stay in the cache for all queries. `scratch` holds
 * (time + 2·QUERIES·KEYS)·32 bytes.
 */
export function attendGradient(
  queryGradient: usize, keyGradient: usize, valueGradient: usize, gradient: usize, output: usize, query: usize, key: usize,
  value: usize, saved: usize, scratch: usize, heads: i32, depth: i32, time: i32, bytes: i32, factor: f32, causal: i32,
): void {
  const scores = scratch + time * GROUP
  const slopes = scores + QUERIES * WIDE
  for (let head = 0; head < heads; head++) {
    const c = head * depth
    for (let l = 0; l < bytes; l += GROUP) {
      const all = at(gradient) + c * plane(gradient) + l
      outputDots(
        scratch, all, plane(gradient), at(output) + c * plane(output) + l, plane(output), depth, time, bytes)
      for (let j = 0; j < time; j += KEYS) {
        const columns = min(KEYS, time - j)
        const k = at(key) + c * plane(key) + j * bytes + l
        const v = at(value) + c * plane(value) + j * bytes + l
        const dk = at(keyGradient) + c * plane(keyGradient) + j * bytes + l
        const dv = at(valueGradient) + c * plane(valueGradient) + j * bytes + l
        // Earlier queries do not meet these keys; KEYS is a multiple of QUERIES.
        for (let i = causal ? j : 0; i < time; i += QUERIES) {
          const rows = min(QUERIES, time - i)
          const q = at(query) + c * plane(query) + i * bytes + l
          const g = all + i * bytes
          const dq = at(queryGradient) + c * plane(queryGradient) + i * bytes + l
          laneProduct(scores, WIDE, GROUP, q, bytes, plane(query), k, bytes, plane(key), rows, columns, depth)
          laneProduct(slopes, WIDE, GROUP, g, bytes, plane(gradient), v, bytes, plane(value), rows, columns, depth)
          for (let r = 0; r < rows; r++) {
            const keep = saved + ((head * time + i + r) << 1) * bytes + l
            const met = (causal ? min(columns, i + r + 1 - j) : columns) * GROUP
            const row = scores + r * WIDE
            const slope = slopes + r * WIDE
            slopesRow(row, slope, met, factor, keep, keep + bytes, scratch + (i + r) * GROUP)
            memory.fill(row + met, 0, columns * GROUP - met)
            memory.fill(slope + met, 0, columns * GROUP - met)
          }
          addLaneProduct(
            dv, bytes, plane(valueGradient), scores, GROUP, WIDE, g, plane(gradient), bytes, columns, depth, rows)
          addLaneProduct(dk, bytes, plane(keyGradient), slopes, GROUP, WIDE, q, plane(query), bytes, columns, depth, rows)
          addLaneProduct(dq, bytes, plane(queryGradient), slopes, WIDE, GROUP, k, plane(key), bytes, rows, depth, columns)
        }
      }
    }
  }
}
