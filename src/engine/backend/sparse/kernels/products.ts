// Products of images entry by entry, with vectors of channels, and with learned factors.
import { rowAt } from './image'
import { flush, madd, splat, sumLanes } from './math'

// @ts-expect-error: decorator
@inline
function put(to: usize, value: v128, accumulate: bool): void {
  v128.store(to, flush(accumulate ? f32x4.add(v128.load(to), value) : value))
}

/**
 * to (+)= a·b. Places are `bytes` bytes; those of b are `step` bytes apart, 0 where one place is for all of a
 * row. Tiny results become 0.
 */
export function multiply(
  to: usize, a: usize, b: usize, step: i32, channels: i32, height: i32, width: i32, bytes: i32,
  accumulate: i32,
): void {
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      let t = rowAt(to, c, y)
      let p = rowAt(a, c, y)
      let q = rowAt(b, c, y)
      for (let x = 0; x < width; x++) {
        for (let l = 0; l < bytes; l += 32) {
          const first = f32x4.mul(v128.load(p + l), v128.load(q + l))
          const second = f32x4.mul(v128.load(p + l, 16), v128.load(q + l, 16))
          put(t + l, first, accumulate !== 0)
          put(t + l + 16, second, accumulate !== 0)
        }
        t += bytes
        p += bytes
        q += step
      }
    }
  }
}

/** to[c] (+)= Σ over places of a·b, lane by lane. */
export function placeSums(
  to: usize, a: usize, b: usize, channels: i32, height: i32, width: i32, bytes: i32, accumulate: i32,
): void {
  for (let c = 0; c < channels; c++) {
    const t = rowAt(to, c, 0)
    for (let l = 0; l < bytes; l += 32) {
      let first = splat(0)
      let second = splat(0)
      for (let y = 0; y < height; y++) {
        let p = rowAt(a, c, y) + l
        let q = rowAt(b, c, y) + l
        for (let x = 0; x < width; x++) {
          first = madd(v128.load(p), v128.load(q), first)
          second = madd(v128.load(p, 16), v128.load(q, 16), second)
          p += bytes
          q += bytes
        }
      }
      put(t + l, first, accumulate !== 0)
      put(t + l + 16, second, accumulate !== 0)
    }
  }
}

/** to (+)= from·factors[c] on rows of `bytes` bytes. */
export function scaleRows(
  to: usize, from: usize, factors: usize, channels: i32, height: i32, bytes: i32, accumulate: i32,
): void {
  for (let c = 0; c < channels; c++) {
    const factor = v128.load_splat<f32>(factors + (c << 2))
    for (let y = 0; y < height; y++) {
      const t = rowAt(to, c, y)
      const p = rowAt(from, c, y)
      for (let l = 0; l < bytes; l += 32) {
        put(t + l, f32x4.mul(v128.load(p + l), factor), accumulate !== 0)
        put(t + l + 16, f32x4.mul(v128.load(p + l, 16), factor), accumulate !== 0)
      }
    }
  }
}

/** sums[c] = Σ over places and lanes of a·b. */
export function rowDots(sums: usize, a: usize, b: usize, channels: i32, height: i32, bytes: i32): void {
  for (let c = 0; c < channels; c++) {
    let total: f64 = 0
    for (let y = 0; y < height; y++) {
      const p = rowAt(a, c, y)
      const q = rowAt(b, c, y)
      let first = splat(0)
      let second = splat(0)
      for (let l = 0; l < bytes; l += 32) {
        first = madd(v128.load(p + l), v128.load(q + l), first)
        second = madd(v128.load(p + l, 16), v128.load(q + l, 16), second)
      }
      total += <f64>sumLanes(f32x4.add(first, second))
    }
    store<f32>(sums + (c << 2), <f32>total)
  }
}
