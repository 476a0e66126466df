// Sums, copies, dropout and borders of images.
import { activateRow } from './activations'
import { rowAt } from './image'
import { flush, splat } from './math'

/** to = f(a + b), f the activation `kind` (0: none); may be in place. Tiny results become 0. */
export function add(to: usize, a: usize, b: usize, channels: i32, height: i32, bytes: i32, kind: i32): void {
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      const t = rowAt(to, c, y)
      const p = rowAt(a, c, y)
      const q = rowAt(b, c, y)
      for (let l = 0; l < bytes; l += 32) {
        const first = flush(f32x4.add(v128.load(p + l), v128.load(q + l)))
        const second = flush(f32x4.add(v128.load(p + l, 16), v128.load(q + l, 16)))
        v128.store(t + l, first)
        v128.store(t + l, second, 16)
      }
      if (kind) activateRow(kind, t, t, bytes)
    }
  }
}

export function copy(to: usize, from: usize, channels: i32, height: i32, bytes: i32): void {
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) memory.copy(rowAt(to, c, y), rowAt(from, c, y), bytes)
  }
}

export function clear(to: usize, channels: i32, height: i32, bytes: i32): void {
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) memory.fill(rowAt(to, c, y), 0, bytes)
  }
}

/**
 * to (+)= from·[uniform ≥ rate] / (1 − rate). Places are `bytes` bytes; those of the uniform numbers are
 * `step` bytes apart: 0 where a whole example shares one number.
 */
export function drop(
  to: usize, from: usize, uniform: usize, step: i32, channels: i32, height: i32, width: i32, bytes: i32,
  rate: f32, factor: f32, accumulate: i32,
): void {
  const r = splat(rate)
  const f = splat(factor)
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      let t = rowAt(to, c, y)
      let p = rowAt(from, c, y)
      let u = rowAt(uniform, c, y)
      for (let x = 0; x < width; x++) {
        for (let l = 0; l < bytes; l += 16) {
          const kept = v128.and(f, f32x4.ge(v128.load(u + l), r))
          const value = f32x4.mul(v128.load(p + l), kept)
          v128.store(t + l, accumulate ? f32x4.add(v128.load(t + l), value) : value)
        }
        t += bytes
        p += bytes
        u += step
      }
    }
  }
}

/**
 * Fills the halo of an image with its other side: `left` to `right` places of `bytes` bytes, `top` to
 * `bottom` rows.
 */
export function wrap(
  image: usize, channels: i32, height: i32, width: i32, bytes: i32, top: i32, bottom: i32, left: i32,
  right: i32,
): void {
  const row = load<i32>(image, 8)
  const whole = (left + width + right) * bytes
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      const at = rowAt(image, c, y)
      memory.copy(at - left * bytes, at + (width - left) * bytes, left * bytes)
      memory.copy(at + width * bytes, at, right * bytes)
    }
    const first = rowAt(image, c, 0) - left * bytes
    for (let y = 1; y <= top; y++) memory.copy(first - y * row, first + (height - y) * row, whole)
    for (let y = 0; y < bottom; y++) memory.copy(first + (height + y) * row, first + y * row, whole)
  }
}

/**
 * to += a wrapped image folded back: place (y, x) of `from` belongs to ((y − top) mod height, (x − left) mod
 * width).
 */
export function fold(
  to: usize, from: usize, channels: i32, height: i32, width: i32, bytes: i32, top: i32, bottom: i32,
  left: i32, right: i32,
): void {
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < top + height + bottom; y++) {
      const source = rowAt(from, c, y)
      const row = rowAt(to, c, (y - top + height) % height)
      for (let x = 0; x < left + width + right; x++) {
        const t = row + ((x - left + width) % width) * bytes
        const p = source + x * bytes
        for (let l = 0; l < bytes; l += 16) v128.store(t + l, f32x4.add(v128.load(t + l), v128.load(p + l)))
      }
    }
  }
}
