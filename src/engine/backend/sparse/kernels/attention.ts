// Softmax attention, head by head and example by example: what an image holds of a head, an example a lane,
// is first laid out as a matrix of each of eight examples, with which the products reuse what the nearest
// cache holds. Queries are taken sixteen at a time, their scores [key][query], so that the softmax is of
// vectors too.
import { fromChannels, fromTokens, toChannels, toTokens } from './attention-layout'
import { addProduct, setProduct } from './attention-product'
import { exp4, flush, madd, splat } from './math'

/**
 * Examples that are laid out together, bytes of their lanes, queries of a block; as in
 * instructions/scratch.ts.
 */
const EXAMPLES = 8
const GROUP = 32
const QUERIES = 16
const ROW = QUERIES * 4

// @ts-expect-error: decorator
@inline
function channelsAt(image: usize, channel: i32, lane: i32): usize {
  return load<i32>(image) + channel * load<i32>(image, 4) + lane
}

// @ts-expect-error: decorator
@inline
function plane(image: usize): i32 {
  return load<i32>(image, 4)
}

/**
 * Bytes of a row of so many float32: an odd number of lines, so that rows lie in different sets of the cache.
 */
// @ts-expect-error: decorator
@inline
function rowBytes(entries: i32): i32 {
  return (((entries + 15) >> 4) | 1) << 6
}

/** Writes −∞, as far as exp goes, where a query of the block stands before the key. */
function hideLater(scores: usize, query: i32, keys: i32): void {
  for (let j = query + 1; j < keys; j++) {
    const hidden = min(QUERIES, j - query)
    for (let i = 0; i < hidden; i++) store<f32>(scores + j * ROW + (i << 2), -1e30)
  }
}

/**
 * scores = softmax over `keys` rows of factor·scores; the largest of them and 1/Σ to `largest` and `inverse`.
 */
function softmax(scores: usize, keys: i32, factor: f32, largest: usize, inverse: usize): void {
  const f = splat(factor)
  const end = scores + keys * ROW
  let m0 = splat(-1e30)
  let m1 = m0
  let m2 = m0
  let m3 = m0
  for (let p = scores; p < end; p += ROW) {
    m0 = f32x4.pmax(m0, f32x4.mul(v128.load(p), f))
    m1 = f32x4.pmax(m1, f32x4.mul(v128.load(p, 16), f))
    m2 = f32x4.pmax(m2, f32x4.mul(v128.load(p, 32), f))
    m3 = f32x4.pmax(m3, f32x4.mul(v128.load(p, 48), f))
  }
  v128.store(largest, m0)
  v128.store(largest, m1, 16)
  v128.store(largest, m2, 32)
  v128.store(largest, m3, 48)
  let s0 = splat(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  for (let p = scores; p < end; p += ROW) {
    const e0 = exp4(f32x4.sub(f32x4.mul(v128.load(p), f), m0))
    const e1 = exp4(f32x4.sub(f32x4.mul(v128.load(p, 16), f), m1))
    const e2 = exp4(f32x4.sub(f32x4.mul(v128.load(p, 32), f), m2))
    const e3 = exp4(f32x4.sub(f32x4.mul(v128.load(p, 48), f), m3))
    s0 = f32x4.add(s0, e0)
    s1 = f32x4.add(s1, e1)
    s2 = f32x4.add(s2, e2)
    s3 = f32x4.add(s3, e3)
    v128.store(p, e0)
    v128.store(p, e1, 16)
    v128.store(p, e2, 32)
    v128.store(p, e3, 48)
  }
  s0 = f32x4.div(splat(1), s0)
  s1 = f32x4.div(splat(1), s1)
  s2 = f32x4.div(splat(1), s2)
  s3 = f32x4.div(splat(1), s3)
  v128.store(inverse, s0)
  v128.store(inverse, s1, 16)
  v128.store(inverse, s2, 32)
  v128.store(inverse, s3, 48)
  for (let p = scores; p < end; p += ROW) {
    const e0 = flush(f32x4.mul(v128.load(p), s0))
    const e1 = flush(f32x4.mul(v128.load(p, 16), s1))
    const e2 = flush(f32x4.mul(v128.load(p, 32), s2))
    const e3 = flush(f32x4.mul(v128.load(p, 48), s3))
    v128.store(p, e0)
    v128.store(p, e1, 16)
    v128.store(p, e2, 32)
    v128.store(p, e3, 48)
  }
}

/** scores = the softmax again, of what `softmax` kept, and `sums` = Σ softmax·slopes over the keys. */
function softmaxAgain(
  scores: usize, slopes: usize, keys: i32, factor: f32, largest: usize, inverse: usize, sums: usize,
): void {
  const f = splat(factor)
  const m0 = v128.load(largest)
  const m1 = v128.load(largest, 16)
  const m2 = v128.load(largest, 32)
  const m3 = v128.load(largest, 48)
  const v0 = v128.load(inverse)
  const v1 = v128.load(inverse, 16)
  const v2 = v128.load(inverse, 32)
  const v3 = v128.load(inverse, 48)
  let s0 = splat(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  for (let l = 0; l < keys * ROW; l += ROW) {
    const p = scores + l
    const d = slopes + l
    const e0 = flush(f32x4.mul(exp4(f32x4.sub(f32x4.mul(v128.load(p), f), m0)), v0))
    const e1 = flush(f32x4.mul(exp4(f32x4.sub(f32x4.mul(v128.load(p, 16), f), m1)), v1))
    const e2 = flush(f32x4.mul(exp4(f32x4.sub(f32x4.mul(v128.load(p, 32), f), m2)), v2))
    const e3 = flush(f32x4.mul(exp4(f32x4.sub(f32x4.mul(v128.load(p, 48), f), m3)), v3))
    s0 = madd(e0, v128.load(d), s0)
    s1 = madd(e1, v128.load(d, 16), s1)
    s2 = madd(e2, v128.load(d, 32), s2)
    s3 = madd(e3, v128.load(d, 48), s3)
    v128.store(p, e0)
    v128.store(p, e1, 16)
    v128.store(p, e2, 32)
    v128.store(p, e3, 48)
  }
  v128.store(sums, s0)
  v128.store(sums, s1, 16)
  v128.store(sums, s2, 32)
  v128.store(sums, s3, 48)
}

/**
 * slopes = softmax·(slopes − sums)·factor: from the gradient of the softmax to that of the scores before
 * their factor.
 */
function scoreSlopes(scores: usize, slopes: usize, keys: i32, factor: f32, sums: usize): void {
  const f = splat(factor)
  const s0 = v128.load(sums)
  const s1 = v128.load(sums, 16)
  const s2 = v128.load(sums, 32)
  const s3 = v128.load(sums, 48)
  for (let l = 0; l < keys * ROW; l += ROW) {
    const p = scores + l
    const d = slopes + l
    const e0 = flush(f32x4.mul(f32x4.mul(v128.load(p), f), f32x4.sub(v128.load(d), s0)))
    const e1 = flush(f32x4.mul(f32x4.mul(v128.load(p, 16), f), f32x4.sub(v128.load(d, 16), s1)))
    const e2 = flush(f32x4.mul(f32x4.mul(v128.load(p, 32), f), f32x4.sub(v128.load(d, 32), s2)))
    const e3 = flush(f32x4.mul(f32x4.mul(v128.load(p, 48), f), f32x4.sub(v128.load(d, 48), s3)))
    v128.store(d, e0)
    v128.store(d, e1, 16)
    v128.store(d, e2, 32)
    v128.store(d, e3, 48)
  }
}

/**
 * softmax(factor·Q·Kᵀ)·V of each head: images of `heads`·`depth` channels and `time` places of `bytes` bytes.
 * Keeps of each query the largest score and 1/sum in `saved`: a block of QUERIES each, of blocks, of
 * examples, of heads. `scratch` holds what instructions/scratch.ts says. `causal`: a query meets the keys up
 * to its own alone, and what no query of a block meets is not computed.
 */
export function attend(
  to: usize, query: usize, key: usize, value: usize, saved: usize, scratch: usize, heads: i32, depth: i32,
  time: i32, bytes: i32, factor: f32, causal: i32,
): void {
  const row = rowBytes(time)
  const matrix = depth * row + 64
  const queries = scratch
  const keys = queries + EXAMPLES * matrix
  const values = keys + EXAMPLES * matrix
  const scores = values + EXAMPLES * matrix
  for (let head = 0; head < heads; head++) {
    const c = head * depth
    for (let l = 0; l < bytes; l += GROUP) {
      toChannels(queries, matrix, row, channelsAt(query, c, l), plane(query), bytes, depth, time)
      toChannels(keys, matrix, row, channelsAt(key, c, l), plane(key), bytes, depth, time)
      toChannels(values, matrix, row, channelsAt(value, c, l), plane(value), bytes, depth, time)
      for (let e = 0; e < EXAMPLES; e++) {
        const q = queries + e * matrix
        const k = keys + e * matrix
        const v = values + e * matrix
        for (let i = 0; i < time; i += QUERIES, saved += 2 * ROW) {
          const met = causal ? min(time, i + QUERIES) : time
          const at = q + (i << 2)
          setProduct(scores, ROW, k, 4, row, at, row, met, QUERIES, depth)
          if (causal) hideLater(scores, i, met)
          softmax(scores, met, factor, saved, saved + ROW)
          // What these queries were is not read again.
          setProduct(at, row, v, row, 4, scores, ROW, depth, QUERIES, met)
        }
      }
      fromChannels(channelsAt(to, c, l), plane(to), bytes, queries, matrix, row, depth, time, false)
    }
  }
}

/**
 * Adds to the gradients of query, key and value, of the output's gradient. The softmax is made again from the
 * scores. `scratch` as for `attend`.
 */
export function attendGradient(
  queryGradient: usize, keyGradient: usize, valueGradient: usize, gradient: usize, query: usize, key: usize,
  value: usize, saved: usize, scratch: usize, heads: i32, depth: i32, time: i32, bytes: i32, factor: f32,
  causal: i32,
): void {
  const row = rowBytes(time)
  const matrix = depth * row + 64
  // Of tokens: whole blocks of queries, so that those beyond the last are zeros.
  const wide = ((depth + 15) & ~15) << 2
  const tokens = ((time + QUERIES - 1) / QUERIES) * QUERIES * wide + 64
  const queries = scratch
  const keys = queries + EXAMPLES * matrix
  const values = keys + EXAMPLES * matrix
  const outputs = values + EXAMPLES * matrix
  const queryTokens = outputs + EXAMPLES * matrix
  const outputTokens = queryTokens + EXAMPLES * tokens
  const keySlopes = outputTokens + EXAMPLES * tokens
  const valueSlopes = keySlopes + EXAMPLES * tokens
  const sums = valueSlopes + EXAMPLES * tokens
  const scores = sums + ROW
  const slopes = scores + (time + 3) * ROW
  for (let head = 0; head < heads; head++) {
    const c = head * depth
    for (let l = 0; l < bytes; l += GROUP) {
      toChannels(queries, matrix, row, channelsAt(query, c, l), plane(query), bytes, depth, time)
      toChannels(keys, matrix, row, channelsAt(key, c, l), plane(key), bytes, depth, time)
      toChannels(values, matrix, row, channelsAt(value, c, l), plane(value), bytes, depth, time)
      toChannels(outputs, matrix, row, channelsAt(gradient, c, l), plane(gradient), bytes, depth, time)
      memory.fill(queryTokens, 0, 4 * EXAMPLES * tokens)
      toTokens(queryTokens, tokens, wide, channelsAt(query, c, l), plane(query), bytes, depth, time)
      toTokens(outputTokens, tokens, wide, channelsAt(gradient, c, l), plane(gradient), bytes, depth, time)
      for (let e = 0; e < EXAMPLES; e++) {
        const q = queries + e * matrix
        const k = keys + e * matrix
        for (let i = 0; i < time; i += QUERIES, saved += 2 * ROW) {
          const met = causal ? min(time, i + QUERIES) : time
          const at = q + (i << 2)
          setProduct(scores, ROW, k, 4, row, at, row, met, QUERIES, depth)
          if (causal) hideLater(scores, i, met)
          setProduct(
            slopes, ROW, values + e * matrix, 4, row, outputs + e * matrix + (i << 2), row, met, QUERIES,
            depth)
          softmaxAgain(scores, slopes, met, factor, saved, saved + ROW, sums)
          scoreSlopes(scores, slopes, met, factor, sums)
          const first = e * tokens + i * wide
          addProduct(
            valueSlopes + e * tokens, wide, scores, ROW, 4, outputTokens + first, wide, met, depth, QUERIES)
          addProduct(
            keySlopes + e * tokens, wide, slopes, ROW, 4, queryTokens + first, wide, met, depth, QUERIES)
          setProduct(at, row, k, row, 4, slopes, ROW, depth, QUERIES, met)
        }
      }
      fromChannels(
        channelsAt(queryGradient, c, l), plane(queryGradient), bytes, queries, matrix, row, depth, time, true)
      fromTokens(
        channelsAt(keyGradient, c, l), plane(keyGradient), bytes, keySlopes, tokens, wide, depth, time)
      fromTokens(
        channelsAt(valueGradient, c, l), plane(valueGradient), bytes, valueSlopes, tokens, wide, depth, time)
    }
  }
}
