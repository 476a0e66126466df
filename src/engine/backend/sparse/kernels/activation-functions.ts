// Activations of four numbers, and their derivatives from what is kept: the output (y), or for swish, gelu
// and those like them the input.
import { bell4, expMinusOne4, geluSlope4, madd, normalCdf4, one, sigmoid4, splat, tanh4 } from './math'

const SELU_SCALE: f32 = 1.0507009873554805
const SELU_ALPHA: f32 = 1.6732632423543772

// @ts-expect-error: decorator
@inline
export function linear(x: v128): v128 {
  return x
}

// @ts-expect-error: decorator
@inline
export function hardTanh(x: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, splat(-1)), one())
}

// @ts-expect-error: decorator
@inline
export function relu(x: v128): v128 {
  return f32x4.pmax(x, splat(0))
}

// @ts-expect-error: decorator
@inline
export function leakyRelu(x: v128): v128 {
  return f32x4.pmax(x, f32x4.mul(x, splat(0.01)))
}

// @ts-expect-error: decorator
@inline
export function selu(x: v128): v128 {
  const below = f32x4.mul(splat(SELU_ALPHA), expMinusOne4(f32x4.pmin(x, splat(0))))
  return f32x4.mul(splat(SELU_SCALE), v128.bitselect(x, below, f32x4.gt(x, splat(0))))
}

// @ts-expect-error: decorator
@inline
export function swish(x: v128): v128 {
  return f32x4.mul(x, sigmoid4(x))
}

// @ts-expect-error: decorator
@inline
export function gelu(x: v128): v128 {
  return f32x4.mul(x, normalCdf4(x, bell4(x)))
}

// @ts-expect-error: decorator
@inline
export function sigmoid(x: v128): v128 {
  return sigmoid4(x)
}

// @ts-expect-error: decorator
@inline
export function relu6(x: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, splat(0)), splat(6))
}

/** relu6(x + 3)/6. */
// @ts-expect-error: decorator
@inline
export function hardSigmoid(x: v128): v128 {
  return f32x4.mul(relu6(f32x4.add(x, splat(3))), splat(1.0 / 6.0))
}

// @ts-expect-error: decorator
@inline
export function hardSwish(x: v128): v128 {
  return f32x4.mul(x, hardSigmoid(x))
}

/** √(2/π)(x + 0.044715x³) */
// @ts-expect-error: decorator
@inline
function geluInner(x: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(x, x), x)
  return f32x4.mul(splat(0.7978845608028654), madd(splat(0.044715), cube, x))
}

// @ts-expect-error: decorator
@inline
export function geluTanh(x: v128): v128 {
  return f32x4.mul(f32x4.mul(splat(0.5), x), f32x4.add(one(), tanh4(geluInner(x))))
}

/** 1 where low < x < high. */
// @ts-expect-error: decorator
@inline
function between(x: v128, low: f32, high: f32): v128 {
  return v128.and(v128.and(one(), f32x4.gt(x, splat(low))), f32x4.lt(x, splat(high)))
}

// @ts-expect-error: decorator
@inline
export function tanhSlope(y: v128): v128 {
  return f32x4.sub(one(), f32x4.mul(y, y))
}

// @ts-expect-error: decorator
@inline
export function hardTanhSlope(y: v128): v128 {
  return v128.and(one(), f32x4.lt(f32x4.abs(y), one()))
}

// @ts-expect-error: decorator
@inline
export function reluSlope(y: v128): v128 {
  return v128.and(one(), f32x4.gt(y, splat(0)))
}

// @ts-expect-error: decorator
@inline
export function leakyReluSlope(y: v128): v128 {
  return v128.bitselect(one(), splat(0.01), f32x4.gt(y, splat(0)))
}

// @ts-expect-error: decorator
@inline
export function seluSlope(y: v128): v128 {
  const below = madd(splat(SELU_SCALE), splat(SELU_ALPHA), y)
  return v128.bitselect(splat(SELU_SCALE), below, f32x4.ge(y, splat(0)))
}

// @ts-expect-error: decorator
@inline
export function swishSlope(y: v128): v128 {
  const s = sigmoid4(y)
  return f32x4.mul(s, madd(y, f32x4.sub(one(), s), one()))
}

// @ts-expect-error: decorator
@inline
export function geluSlope(y: v128): v128 {
  const bell = bell4(y)
  return geluSlope4(y, normalCdf4(y, bell), bell)
}

// @ts-expect-error: decorator
@inline
export function sigmoidSlope(y: v128): v128 {
  return f32x4.mul(y, f32x4.sub(one(), y))
}

// @ts-expect-error: decorator
@inline
export function relu6Slope(y: v128): v128 {
  return between(y, 0, 6)
}

// @ts-expect-error: decorator
@inline
export function hardSigmoidSlope(y: v128): v128 {
  return f32x4.mul(between(y, 0, 1), splat(1.0 / 6.0))
}

// @ts-expect-error: decorator
@inline
export function hardSwishSlope(y: v128): v128 {
  return madd(f32x4.mul(y, splat(1.0 / 6.0)), between(y, -3, 3), hardSigmoid(y))
}

// @ts-expect-error: decorator
@inline
export function geluTanhSlope(y: v128): v128 {
  const t = tanh4(geluInner(y))
  const inner = madd(splat(0.1070322242), f32x4.mul(y, y), splat(0.7978845608))
  const rise = f32x4.mul(f32x4.mul(f32x4.mul(splat(0.5), y), f32x4.sub(one(), f32x4.mul(t, t))), inner)
  return f32x4.add(rise, f32x4.mul(splat(0.5), f32x4.add(one(), t)))
}
