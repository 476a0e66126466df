// Activations, and their derivatives from what is kept: the output, or for swish, gelu and those like them the input. Each has
// loops of its own, without a switch inside, since only such are joined to wider vectors.
import { rowAt } from './image'
import { exp4, expMinusOne4, flush, madd, normalCdf4, one, sigmoid4, splat, tanh4, tanhSixteen } from './math'

const SELU_SCALE: f32 = 1.0507009873554805
const SELU_ALPHA: f32 = 1.6732632423543772

// @ts-ignore: decorator
@inline
function linear(x: v128): v128 {
  return x
}

// @ts-ignore: decorator
@inline
function hardTanh(x: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, splat(-1)), one())
}

// @ts-ignore: decorator
@inline
function relu(x: v128): v128 {
  return f32x4.pmax(x, splat(0))
}

// @ts-ignore: decorator
@inline
function leakyRelu(x: v128): v128 {
  return f32x4.pmax(x, f32x4.mul(x, splat(0.01)))
}

// @ts-ignore: decorator
@inline
function selu(x: v128): v128 {
  const below = f32x4.mul(splat(SELU_ALPHA), expMinusOne4(f32x4.pmin(x, splat(0))))
  return f32x4.mul(splat(SELU_SCALE), v128.bitselect(x, below, f32x4.gt(x, splat(0))))
}

// @ts-ignore: decorator
@inline
function swish(x: v128): v128 {
  return f32x4.mul(x, sigmoid4(x))
}

// @ts-ignore: decorator
@inline
function gelu(x: v128): v128 {
  return f32x4.mul(x, normalCdf4(x))
}

// @ts-ignore: decorator
@inline
function sigmoid(x: v128): v128 {
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

// @ts-ignore: decorator
@inline
function hardSwish(x: v128): v128 {
  return f32x4.mul(x, hardSigmoid(x))
}

/** √(2/π)(x + 0.044715x³) */
// @ts-ignore: decorator
@inline
function geluInner(x: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(x, x), x)
  return f32x4.mul(splat(0.7978845608028654), madd(splat(0.044715), cube, x))
}

// @ts-ignore: decorator
@inline
function geluTanh(x: v128): v128 {
  return f32x4.mul(f32x4.mul(splat(0.5), x), f32x4.add(one(), tanh4(geluInner(x))))
}

/** 1 where low < x < high. */
// @ts-ignore: decorator
@inline
function between(x: v128, low: f32, high: f32): v128 {
  return v128.and(v128.and(one(), f32x4.gt(x, splat(low))), f32x4.lt(x, splat(high)))
}

// @ts-ignore: decorator
@inline
function tanhSlope(y: v128): v128 {
  return f32x4.sub(one(), f32x4.mul(y, y))
}

// @ts-ignore: decorator
@inline
function hardTanhSlope(y: v128): v128 {
  return v128.and(one(), f32x4.lt(f32x4.abs(y), one()))
}

// @ts-ignore: decorator
@inline
function reluSlope(y: v128): v128 {
  return v128.and(one(), f32x4.gt(y, splat(0)))
}

// @ts-ignore: decorator
@inline
function leakyReluSlope(y: v128): v128 {
  return v128.bitselect(one(), splat(0.01), f32x4.gt(y, splat(0)))
}

// @ts-ignore: decorator
@inline
function seluSlope(y: v128): v128 {
  const below = madd(splat(SELU_SCALE), splat(SELU_ALPHA), y)
  return v128.bitselect(splat(SELU_SCALE), below, f32x4.ge(y, splat(0)))
}

// @ts-ignore: decorator
@inline
function swishSlope(y: v128): v128 {
  const s = sigmoid4(y)
  return f32x4.mul(s, madd(y, f32x4.sub(one(), s), one()))
}

// @ts-ignore: decorator
@inline
function geluSlope(y: v128): v128 {
  const density = f32x4.mul(splat(0.3989422804014327), exp4(f32x4.mul(splat(-0.5), f32x4.mul(y, y))))
  return madd(y, density, normalCdf4(y))
}

// @ts-ignore: decorator
@inline
function sigmoidSlope(y: v128): v128 {
  return f32x4.mul(y, f32x4.sub(one(), y))
}

// @ts-ignore: decorator
@inline
function relu6Slope(y: v128): v128 {
  return between(y, 0, 6)
}

// @ts-ignore: decorator
@inline
function hardSigmoidSlope(y: v128): v128 {
  return f32x4.mul(between(y, 0, 1), splat(1.0 / 6.0))
}

// @ts-ignore: decorator
@inline
function hardSwishSlope(y: v128): v128 {
  return madd(f32x4.mul(y, splat(1.0 / 6.0)), between(y, -3, 3), hardSigmoid(y))
}

// @ts-ignore: decorator
@inline
function geluTanhSlope(y: v128): v128 {
  const t = tanh4(geluInner(y))
  const inner = madd(splat(0.1070322242), f32x4.mul(y, y), splat(0.7978845608))
  const rise = f32x4.mul(f32x4.mul(f32x4.mul(splat(0.5), y), f32x4.sub(one(), f32x4.mul(t, t))), inner)
  return f32x4.add(rise, f32x4.mul(splat(0.5), f32x4.add(one(), t)))
}

function linearRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(linear(v128.load(from + l)))
    const b = flush(linear(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function tanhRow(to: usize, from: usize, bytes: i32): void {
  let l = 0
  for (; l + 63 < bytes; l += 64) tanhSixteen(to + l, from + l)
  for (; l < bytes; l += 32) {
    const a = flush(tanh4(v128.load(from + l)))
    const b = flush(tanh4(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function hardTanhRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(hardTanh(v128.load(from + l)))
    const b = flush(hardTanh(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function reluRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(relu(v128.load(from + l)))
    const b = flush(relu(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function leakyReluRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(leakyRelu(v128.load(from + l)))
    const b = flush(leakyRelu(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function seluRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(selu(v128.load(from + l)))
    const b = flush(selu(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function swishRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(swish(v128.load(from + l)))
    const b = flush(swish(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function geluRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(gelu(v128.load(from + l)))
    const b = flush(gelu(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function sigmoidRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(sigmoid(v128.load(from + l)))
    const b = flush(sigmoid(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function relu6Row(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(relu6(v128.load(from + l)))
    const b = flush(relu6(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function hardSigmoidRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(hardSigmoid(v128.load(from + l)))
    const b = flush(hardSigmoid(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function hardSwishRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(hardSwish(v128.load(from + l)))
    const b = flush(hardSwish(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function geluTanhRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(geluTanh(v128.load(from + l)))
    const b = flush(geluTanh(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

/** to = f(from) on `bytes` bytes, a multiple of 32; may be in place. Tiny results become 0. Kinds as in ../model.ts. */
export function activateRow(kind: i32, to: usize, from: usize, bytes: i32): void {
  switch (kind) {
    case 0: return linearRow(to, from, bytes)
    case 1: return tanhRow(to, from, bytes)
    case 2: return hardTanhRow(to, from, bytes)
    case 3: return reluRow(to, from, bytes)
    case 4: return leakyReluRow(to, from, bytes)
    case 5: return seluRow(to, from, bytes)
    case 6: return swishRow(to, from, bytes)
    case 7: return geluRow(to, from, bytes)
    case 8: return sigmoidRow(to, from, bytes)
    case 9: return relu6Row(to, from, bytes)
    case 10: return hardSigmoidRow(to, from, bytes)
    case 11: return hardSwishRow(to, from, bytes)
    case 12: return geluTanhRow(to, from, bytes)
    default: unreachable()
  }
}

function linearGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(v128.load(gradient + l))
    const b = flush(v128.load(gradient + l, 16))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function tanhGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), tanhSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), tanhSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function hardTanhGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), hardTanhSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), hardTanhSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function reluGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), reluSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), reluSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function leakyReluGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), leakyReluSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), leakyReluSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function seluGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), seluSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), seluSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function swishGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), swishSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), swishSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function geluGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), geluSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), geluSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function sigmoidGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), sigmoidSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), sigmoidSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function relu6Gradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), relu6Slope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), relu6Slope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function hardSigmoidGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), hardSigmoidSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), hardSigmoidSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function hardSwishGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), hardSwishSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), hardSwishSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function geluTanhGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), geluTanhSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), geluTanhSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addLinearGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(v128.load(to + l), flush(v128.load(gradient + l)))
    const b = f32x4.add(v128.load(to + l, 16), flush(v128.load(gradient + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addTanhGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), tanhSlope(v128.load(kept + l)))))
    const b = f32x4.add(v128.load(to + l, 16), flush(f32x4.mul(v128.load(gradient + l, 16), tanhSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addHardTanhGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), hardTanhSlope(v128.load(kept + l)))))
    const b = f32x4.add(v128.load(to + l, 16), flush(f32x4.mul(v128.load(gradient + l, 16), hardTanhSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addReluGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), reluSlope(v128.load(kept + l)))))
    const b = f32x4.add(v128.load(to + l, 16), flush(f32x4.mul(v128.load(gradient + l, 16), reluSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addLeakyReluGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), leakyReluSlope(v128.load(kept + l)))))
    const b = f32x4.add(v128.load(to + l, 16), flush(f32x4.mul(v128.load(gradient + l, 16), leakyReluSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addSeluGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), seluSlope(v128.load(kept + l)))))
    const b = f32x4.add(v128.load(to + l, 16), flush(f32x4.mul(v128.load(gradient + l, 16), seluSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addSwishGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), swishSlope(v128.load(kept + l)))))
    const b = f32x4.add(v128.load(to + l, 16), flush(f32x4.mul(v128.load(gradient + l, 16), swishSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addGeluGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), geluSlope(v128.load(kept + l)))))
    const b = f32x4.add(v128.load(to + l, 16), flush(f32x4.mul(v128.load(gradient + l, 16), geluSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addSigmoidGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), sigmoidSlope(v128.load(kept + l)))))
    const b = f32x4.add(v128.load(to + l, 16), flush(f32x4.mul(v128.load(gradient + l, 16), sigmoidSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addRelu6Gradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), relu6Slope(v128.load(kept + l)))))
    const b = f32x4.add(v128.load(to + l, 16), flush(f32x4.mul(v128.load(gradient + l, 16), relu6Slope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addHardSigmoidGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), hardSigmoidSlope(v128.load(kept + l)))))
    const b = f32x4.add(v128.load(to + l, 16), flush(f32x4.mul(v128.load(gradient + l, 16), hardSigmoidSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addHardSwishGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), hardSwishSlope(v128.load(kept + l)))))
    const b = f32x4.add(v128.load(to + l, 16), flush(f32x4.mul(v128.load(gradient + l, 16), hardSwishSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addGeluTanhGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), geluTanhSlope(v128.load(kept + l)))))
    const b = f32x4.add(v128.load(to + l, 16), flush(f32x4.mul(v128.load(gradient + l, 16), geluTanhSlope(v128.load(kept + l, 16)))))
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
  if (accumulate) addGradientRow(kind, to, gradient, kept, bytes)
  else gradientRow(kind, to, gradient, kept, bytes)
}

function gradientRow(kind: i32, to: usize, gradient: usize, kept: usize, bytes: i32): void {
  switch (kind) {
    case 0: return linearGradient(to, gradient, kept, bytes)
    case 1: return tanhGradient(to, gradient, kept, bytes)
    case 2: return hardTanhGradient(to, gradient, kept, bytes)
    case 3: return reluGradient(to, gradient, kept, bytes)
    case 4: return leakyReluGradient(to, gradient, kept, bytes)
    case 5: return seluGradient(to, gradient, kept, bytes)
    case 6: return swishGradient(to, gradient, kept, bytes)
    case 7: return geluGradient(to, gradient, kept, bytes)
    case 8: return sigmoidGradient(to, gradient, kept, bytes)
    case 9: return relu6Gradient(to, gradient, kept, bytes)
    case 10: return hardSigmoidGradient(to, gradient, kept, bytes)
    case 11: return hardSwishGradient(to, gradient, kept, bytes)
    case 12: return geluTanhGradient(to, gradient, kept, bytes)
    default: unreachable()
  }
}

function addGradientRow(kind: i32, to: usize, gradient: usize, kept: usize, bytes: i32): void {
  switch (kind) {
    case 0: return addLinearGradient(to, gradient, kept, bytes)
    case 1: return addTanhGradient(to, gradient, kept, bytes)
    case 2: return addHardTanhGradient(to, gradient, kept, bytes)
    case 3: return addReluGradient(to, gradient, kept, bytes)
    case 4: return addLeakyReluGradient(to, gradient, kept, bytes)
    case 5: return addSeluGradient(to, gradient, kept, bytes)
    case 6: return addSwishGradient(to, gradient, kept, bytes)
    case 7: return addGeluGradient(to, gradient, kept, bytes)
    case 8: return addSigmoidGradient(to, gradient, kept, bytes)
    case 9: return addRelu6Gradient(to, gradient, kept, bytes)
    case 10: return addHardSigmoidGradient(to, gradient, kept, bytes)
    case 11: return addHardSwishGradient(to, gradient, kept, bytes)
    case 12: return addGeluTanhGradient(to, gradient, kept, bytes)
    default: unreachable()
  }
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
