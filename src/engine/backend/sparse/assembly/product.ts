// The sparse product: every output unit is a sum over its nonzero weights of shifted inputs.
import { madd, splat } from './math'

/**
 * out[rowOut[r] + y·outY + x·outX][·] = first + Σ_k values[order[k]]·input[offsets[k] + y·inY + x·inX][·], over the
 * nonzeros k of row r; first is what is there with `accumulate`, else bias[r]. Strides and offsets in bytes; a position
 * holds `bytes` bytes of lanes, a multiple of 64. A linear layer is the case height = width = 1. `order` 0 means k
 * itself; `bias` 0 means none. Rows of an image come first, so that those a kernel reaches stay in the cache.
 */
export function product(
  out: usize, rowOut: usize, outY: i32, outX: i32, input: usize, inY: i32, inX: i32, rowStarts: usize, offsets: usize,
  values: usize, order: usize, bias: usize, rows: i32, height: i32, width: i32, bytes: i32, accumulate: i32,
): void {
  for (let y = 0; y < height; y++) {
    for (let chunk = 0; chunk < bytes;) {
      const wide = bytes - chunk >= 128
      for (let r = 0; r < rows; r++) {
        const start = load<i32>(rowStarts + (r << 2))
        const count = load<i32>(rowStarts + (r << 2), 4) - start
        const first = bias ? v128.load_splat<f32>(bias + (r << 2)) : splat(0)
        const at = offsets + (start << 2)
        const weights = (order ? order : values) + (start << 2)
        const end = at + (count << 2)
        let to = out + load<i32>(rowOut + (r << 2)) + y * outY + chunk
        let from = input + y * inY + chunk
        for (let x = 0; x < width; x++) {
          if (wide) {
            if (order) eightOrdered(to, from, at, end, values, weights, first, accumulate)
            else eight(to, from, at, end, weights, first, accumulate)
          } else if (order) fourOrdered(to, from, at, end, values, weights, first, accumulate)
          else four(to, from, at, end, weights, first, accumulate)
          to += outX
          from += inX
        }
      }
      chunk += wide ? 128 : 64
    }
  }
}

// @ts-ignore: decorator
@inline
function eight(to: usize, from: usize, at: usize, end: usize, weights: usize, first: v128, accumulate: i32): void {
  let a = first
  let b = first
  let c = first
  let d = first
  let e = first
  let f = first
  let g = first
  let h = first
  if (accumulate) {
    a = v128.load(to)
    b = v128.load(to, 16)
    c = v128.load(to, 32)
    d = v128.load(to, 48)
    e = v128.load(to, 64)
    f = v128.load(to, 80)
    g = v128.load(to, 96)
    h = v128.load(to, 112)
  }
  for (; at < end; at += 4) {
    const w = v128.load_splat<f32>(weights)
    weights += 4
    const p = from + load<i32>(at)
    a = madd(w, v128.load(p), a)
    b = madd(w, v128.load(p, 16), b)
    c = madd(w, v128.load(p, 32), c)
    d = madd(w, v128.load(p, 48), d)
    e = madd(w, v128.load(p, 64), e)
    f = madd(w, v128.load(p, 80), f)
    g = madd(w, v128.load(p, 96), g)
    h = madd(w, v128.load(p, 112), h)
  }
  v128.store(to, a)
  v128.store(to, b, 16)
  v128.store(to, c, 32)
  v128.store(to, d, 48)
  v128.store(to, e, 64)
  v128.store(to, f, 80)
  v128.store(to, g, 96)
  v128.store(to, h, 112)
}

// @ts-ignore: decorator
@inline
function eightOrdered(
  to: usize, from: usize, at: usize, end: usize, values: usize, order: usize, first: v128, accumulate: i32,
): void {
  let a = first
  let b = first
  let c = first
  let d = first
  let e = first
  let f = first
  let g = first
  let h = first
  if (accumulate) {
    a = v128.load(to)
    b = v128.load(to, 16)
    c = v128.load(to, 32)
    d = v128.load(to, 48)
    e = v128.load(to, 64)
    f = v128.load(to, 80)
    g = v128.load(to, 96)
    h = v128.load(to, 112)
  }
  for (; at < end; at += 4) {
    const w = v128.load_splat<f32>(values + (load<i32>(order) << 2))
    order += 4
    const p = from + load<i32>(at)
    a = madd(w, v128.load(p), a)
    b = madd(w, v128.load(p, 16), b)
    c = madd(w, v128.load(p, 32), c)
    d = madd(w, v128.load(p, 48), d)
    e = madd(w, v128.load(p, 64), e)
    f = madd(w, v128.load(p, 80), f)
    g = madd(w, v128.load(p, 96), g)
    h = madd(w, v128.load(p, 112), h)
  }
  v128.store(to, a)
  v128.store(to, b, 16)
  v128.store(to, c, 32)
  v128.store(to, d, 48)
  v128.store(to, e, 64)
  v128.store(to, f, 80)
  v128.store(to, g, 96)
  v128.store(to, h, 112)
}

// @ts-ignore: decorator
@inline
function four(to: usize, from: usize, at: usize, end: usize, weights: usize, first: v128, accumulate: i32): void {
  let a = accumulate ? v128.load(to) : first
  let b = accumulate ? v128.load(to, 16) : first
  let c = accumulate ? v128.load(to, 32) : first
  let d = accumulate ? v128.load(to, 48) : first
  for (; at < end; at += 4) {
    const w = v128.load_splat<f32>(weights)
    weights += 4
    const p = from + load<i32>(at)
    a = madd(w, v128.load(p), a)
    b = madd(w, v128.load(p, 16), b)
    c = madd(w, v128.load(p, 32), c)
    d = madd(w, v128.load(p, 48), d)
  }
  v128.store(to, a)
  v128.store(to, b, 16)
  v128.store(to, c, 32)
  v128.store(to, d, 48)
}

// @ts-ignore: decorator
@inline
function fourOrdered(
  to: usize, from: usize, at: usize, end: usize, values: usize, order: usize, first: v128, accumulate: i32,
): void {
  let a = accumulate ? v128.load(to) : first
  let b = accumulate ? v128.load(to, 16) : first
  let c = accumulate ? v128.load(to, 32) : first
  let d = accumulate ? v128.load(to, 48) : first
  for (; at < end; at += 4) {
    const w = v128.load_splat<f32>(values + (load<i32>(order) << 2))
    order += 4
    const p = from + load<i32>(at)
    a = madd(w, v128.load(p), a)
    b = madd(w, v128.load(p, 16), b)
    c = madd(w, v128.load(p, 32), c)
    d = madd(w, v128.load(p, 48), d)
  }
  v128.store(to, a)
  v128.store(to, b, 16)
  v128.store(to, c, 32)
  v128.store(to, d, 48)
}
