// Activations, and their derivatives from what is kept: the output, or for swish, gelu and those like them the input.
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
  if (kind == 9) return relu6(x)
  if (kind == 10) return hardSigmoid(x)
  if (kind == 11) return f32x4.mul(x, hardSigmoid(x))
  if (kind == 12) return f32x4.mul(f32x4.mul(splat(0.5), x), f32x4.add(one(), tanh4(geluInner(x))))
  return sigmoid4(x)
}

// @ts-ignore: decorator
@inline
function relu6(x: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, splat(0)), splat(6))
}

/** relu6(x + 3)/6. */
// @ts-ignore: decorator
@inline
function hardSigmoid(x: v128): v128 {
  return f32x4.mul(relu6(f32x4.add(x, splat(3))), splat(1.0 / 6.0))
}

/** √(2/π)(x + 0.044715x³) */
// @ts-ignore: decorator
@inline
function geluInner(x: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(x, x), x)
  return f32x4.mul(splat(0.7978845608028654), madd(splat(0.044715), cube, x))
}

/** 1 where low < x < high. */
// @ts-ignore: decorator
@inline
function between(x: v128, low: f32, high: f32): v128 {
  return v128.and(v128.and(one(), f32x4.gt(x, splat(low))), f32x4.lt(x, splat(high)))
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
  if (kind == 9) return between(y, 0, 6)
  if (kind == 10) return f32x4.mul(between(y, 0, 1), splat(1.0 / 6.0))
  if (kind == 11) return madd(f32x4.mul(y, splat(1.0 / 6.0)), between(y, -3, 3), hardSigmoid(y))
  if (kind == 12) {
    const t = tanh4(geluInner(y))
    const inner = madd(splat(0.1070322242), f32x4.mul(y, y), splat(0.7978845608))
    const rise = f32x4.mul(f32x4.mul(f32x4.mul(splat(0.5), y), f32x4.sub(one(), f32x4.mul(t, t))), inner)
    return f32x4.add(rise, f32x4.mul(splat(0.5), f32x4.add(one(), t)))
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

/** to = f(from) on `bytes` bytes, a multiple of 32; may be in place. Tiny results become 0. */
export function activateRow(kind: i32, to: usize, from: usize, bytes: i32): void {
  // A loop of its own for each kind: a switch inside would cost more than most of them.
  if (kind == 0) valueRow(0, to, from, bytes)
  else if (kind == 1) {
    const whole = bytes & ~63
    for (let l = 0; l < whole; l += 64) tanhSixteen(to + l, from + l)
    if (whole < bytes) valueRow(1, to + whole, from + whole, bytes - whole)
  }
  else if (kind == 2) valueRow(2, to, from, bytes)
  else if (kind == 3) valueRow(3, to, from, bytes)
  else if (kind == 4) valueRow(4, to, from, bytes)
  else if (kind == 5) valueRow(5, to, from, bytes)
  else if (kind == 6) valueRow(6, to, from, bytes)
  else if (kind == 7) valueRow(7, to, from, bytes)
  else if (kind == 9) valueRow(9, to, from, bytes)
  else if (kind == 10) valueRow(10, to, from, bytes)
  else if (kind == 11) valueRow(11, to, from, bytes)
  else if (kind == 12) valueRow(12, to, from, bytes)
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
  else if (kind == 9) gradientRow(9, to, gradient, kept, bytes, accumulate)
  else if (kind == 10) gradientRow(10, to, gradient, kept, bytes, accumulate)
  else if (kind == 11) gradientRow(11, to, gradient, kept, bytes, accumulate)
  else if (kind == 12) gradientRow(12, to, gradient, kept, bytes, accumulate)
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
