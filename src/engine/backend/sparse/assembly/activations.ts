// Activations, and their derivatives from what is kept: the output, or for swish and gelu the input.
import { rowAt } from './image'
import { exp4, expMinusOne4, flush, madd, normalCdf4, one, sigmoid4, splat, tanh4, tanhSixteen } from './math'

const SELU_SCALE: f32 = 1.0507009873554805
const SELU_ALPHA: f32 = 1.6732632423543772

// Numbers as in ACTIVATIONS of the layer graph's types.
// @ts-ignore: decorator
@inline
function value(kind: i32, x: v128): v128 {
  if (kind == 0) return x
  if (kind == 1) return tanh4(x)
  if (kind == 2) return f32x4.pmin(f32x4.pmax(x, splat(-1)), one())
  if (kind == 3) return f32x4.pmax(x, splat(0))
  if (kind == 4) return f32x4.pmax(x, f32x4.mul(x, splat(0.01)))
  if (kind == 5) {
    const below = f32x4.mul(splat(SELU_ALPHA), expMinusOne4(f32x4.pmin(x, splat(0))))
    return f32x4.mul(splat(SELU_SCALE), v128.bitselect(x, below, f32x4.gt(x, splat(0))))
  }
  if (kind == 6) return f32x4.mul(x, sigmoid4(x))
  if (kind == 7) return f32x4.mul(x, normalCdf4(x))
  return sigmoid4(x)
}

// @ts-ignore: decorator
@inline
function slope(kind: i32, y: v128): v128 {
  if (kind == 0) return one()
  if (kind == 1) return f32x4.sub(one(), f32x4.mul(y, y))
  if (kind == 2) return v128.and(one(), f32x4.lt(f32x4.abs(y), one()))
  if (kind == 3) return v128.and(one(), f32x4.gt(y, splat(0)))
  if (kind == 4) return v128.bitselect(one(), splat(0.01), f32x4.gt(y, splat(0)))
  if (kind == 5) return v128.bitselect(splat(SELU_SCALE), madd(splat(SELU_SCALE), splat(SELU_ALPHA), y), f32x4.ge(y, splat(0)))
  if (kind == 6) {
    const s = sigmoid4(y)
    return f32x4.mul(s, madd(y, f32x4.sub(one(), s), one()))
  }
  if (kind == 7) {
    const density = f32x4.mul(splat(0.3989422804014327), exp4(f32x4.mul(splat(-0.5), f32x4.mul(y, y))))
    return madd(y, density, normalCdf4(y))
  }
  return f32x4.mul(y, f32x4.sub(one(), y))
}

// @ts-ignore: decorator
@inline
function valueRow(kind: i32, to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(value(kind, v128.load(from + l)))
    const b = flush(value(kind, v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

/** to = f(from) on `bytes` bytes, a multiple of 64; may be in place. Tiny results become 0. */
export function activateRow(kind: i32, to: usize, from: usize, bytes: i32): void {
  // A loop of its own for each kind: a switch inside would cost more than most of them.
  if (kind == 0) valueRow(0, to, from, bytes)
  else if (kind == 1) for (let l = 0; l < bytes; l += 64) tanhSixteen(to + l, from + l)
  else if (kind == 2) valueRow(2, to, from, bytes)
  else if (kind == 3) valueRow(3, to, from, bytes)
  else if (kind == 4) valueRow(4, to, from, bytes)
  else if (kind == 5) valueRow(5, to, from, bytes)
  else if (kind == 6) valueRow(6, to, from, bytes)
  else if (kind == 7) valueRow(7, to, from, bytes)
  else valueRow(8, to, from, bytes)
}

// @ts-ignore: decorator
@inline
function gradientRow(kind: i32, to: usize, gradient: usize, kept: usize, bytes: i32, accumulate: i32): void {
  if (accumulate) {
    for (let l = 0; l < bytes; l += 32) {
      const a = flush(f32x4.mul(v128.load(gradient + l), slope(kind, v128.load(kept + l))))
      const b = flush(f32x4.mul(v128.load(gradient + l, 16), slope(kind, v128.load(kept + l, 16))))
      const c = f32x4.add(v128.load(to + l), a)
      const d = f32x4.add(v128.load(to + l, 16), b)
      v128.store(to + l, c)
      v128.store(to + l, d, 16)
    }
    return
  }
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), slope(kind, v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), slope(kind, v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

/** to = f(from) on images [channels][height] of rows of `bytes` bytes; may be in place. */
export function activate(kind: i32, to: usize, from: usize, channels: i32, height: i32, bytes: i32): void {
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) activateRow(kind, rowAt(to, c, y), rowAt(from, c, y), bytes)
  }
}

/** to (+)= gradient·f′ on `bytes` bytes, a multiple of 32, f′ from what was kept; may be in place. Tiny results become 0. */
export function activateGradientRow(
  kind: i32, to: usize, gradient: usize, kept: usize, bytes: i32, accumulate: i32,
): void {
  if (kind == 0) gradientRow(0, to, gradient, kept, bytes, accumulate)
  else if (kind == 1) gradientRow(1, to, gradient, kept, bytes, accumulate)
  else if (kind == 2) gradientRow(2, to, gradient, kept, bytes, accumulate)
  else if (kind == 3) gradientRow(3, to, gradient, kept, bytes, accumulate)
  else if (kind == 4) gradientRow(4, to, gradient, kept, bytes, accumulate)
  else if (kind == 5) gradientRow(5, to, gradient, kept, bytes, accumulate)
  else if (kind == 6) gradientRow(6, to, gradient, kept, bytes, accumulate)
  else if (kind == 7) gradientRow(7, to, gradient, kept, bytes, accumulate)
  else gradientRow(8, to, gradient, kept, bytes, accumulate)
}

/** The same on images [channels][height] of rows of `bytes` bytes. */
export function activateGradient(
  kind: i32, to: usize, gradient: usize, kept: usize, channels: i32, height: i32, bytes: i32, accumulate: i32,
): void {
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      activateGradientRow(kind, rowAt(to, c, y), rowAt(gradient, c, y), rowAt(kept, c, y), bytes, accumulate)
    }
  }
}
