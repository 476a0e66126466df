// Vector mathematics on four float32 lanes, good to a few units in the last place.

// Numbers of the functions below, read from memory: a constant of four lanes is made anew by several
// instructions at each use in a loop, and a load is one.
const CONSTANTS = memory.data<f32>([
  1e-19, -8.1875, 8.1875, 1.3336854037339297e-8, 2.059628108777036e-5, 3.4948116028558564e-3,
  0.13380372093415696, 0.9999999792451433, 7.769286300033463e-7, 3.284364051873023e-4,
  2.587402895654491e-2, 0.46713687512582447,
  1, -1, -87, 88, 1.4426950408889634, -0.693359375,
  2.12194440e-4, 1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0,
  0.5, 127, 0.7071067811865476, 0.42, 0.035556056527116025, -0.16199167384718563,
  0.22360256098626105, -0.0683278897704691, 0.1360285052407329, 0.09684835344307354,
  0.11987770347437812, 0.11840641325741825,
  0, 0.3989422804014327, -0.5,
])

/** The constant of that index, in four lanes. */
// @ts-expect-error: decorator
@inline
function constant(index: i32): v128 {
  return v128.load_splat<f32>(CONSTANTS + (index << 2))
}

/** 1 in four lanes. */
// @ts-expect-error: decorator
@inline
export function one(): v128 {
  return constant(12)
}

/** a·b + c */
// @ts-expect-error: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return f32x4.relaxed_madd(a, b, c)
}

// @ts-expect-error: decorator
@inline
export function splat(value: f32): v128 {
  return f32x4.splat(value)
}

/**
 * x, or 0 below 10⁻¹⁹; NaN stays NaN. WebAssembly cannot flush denormals, and arithmetic on them is many
 * times slower; the product of two numbers that are kept is none.
 */
// @ts-expect-error: decorator
@inline
export function flush(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), constant(0)))
}

/** Sum of the four lanes. */
// @ts-expect-error: decorator
@inline
export function sumLanes(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1))
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1)
}

/** Lane sums of four vectors, as one vector. */
// @ts-expect-error: decorator
@inline
export function sumLanesOfFour(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7))
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7))
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7))
}

/** Sum of the eight lanes at an address. */
// @ts-expect-error: decorator
@inline
export function sumPair(at: usize): f32 {
  return sumLanes(f32x4.add(v128.load(at), v128.load(at, 16)))
}

/** Sums of four times eight lanes. */
// @ts-expect-error: decorator
@inline
export function sumPairs(at: usize): v128 {
  return sumLanesOfFour(
    f32x4.add(v128.load(at), v128.load(at, 16)), f32x4.add(v128.load(at, 32), v128.load(at, 48)),
    f32x4.add(v128.load(at, 64), v128.load(at, 80)), f32x4.add(v128.load(at, 96), v128.load(at, 112)))
}

/**
 * tanh as x·P(x²)/Q(x²), both of degree 4, fitted for the least relative error on [−9, 9] (2·10⁻⁸ in exact
 * arithmetic, 3·10⁻⁷ in float32). Inputs end at ±8.1875, where the quotient, rounded, is 1 − 1.2·10⁻⁷:
 * nothing below is above 1, so the quotient itself needs no bounds.
 */
// @ts-expect-error: decorator
@inline
export function tanh4(input: v128): v128 {
  const x = f32x4.pmin(f32x4.pmax(input, constant(1)), constant(2))
  const u = f32x4.mul(x, x)
  let p = madd(u, constant(3), constant(4))
  p = madd(p, u, constant(5))
  p = madd(p, u, constant(6))
  p = madd(p, u, constant(7))
  let q = madd(u, constant(8), constant(9))
  q = madd(q, u, constant(10))
  q = madd(q, u, constant(11))
  q = madd(q, u, constant(12))
  return f32x4.div(f32x4.mul(x, p), q)
}

/**
 * The same for sixteen lanes from memory to memory, tiny results 0: four vectors share each constant that is
 * read.
 */
// @ts-expect-error: decorator
@inline
export function tanhSixteen(to: usize, from: usize): void {
  let k = constant(1)
  let a = f32x4.pmax(v128.load(from), k)
  let b = f32x4.pmax(v128.load(from, 16), k)
  let c = f32x4.pmax(v128.load(from, 32), k)
  let d = f32x4.pmax(v128.load(from, 48), k)
  k = constant(2)
  a = f32x4.pmin(a, k)
  b = f32x4.pmin(b, k)
  c = f32x4.pmin(c, k)
  d = f32x4.pmin(d, k)
  const ua = f32x4.mul(a, a)
  const ub = f32x4.mul(b, b)
  const uc = f32x4.mul(c, c)
  const ud = f32x4.mul(d, d)
  k = constant(3)
  let m = constant(4)
  let pa = madd(ua, k, m)
  let pb = madd(ub, k, m)
  let pc = madd(uc, k, m)
  let pd = madd(ud, k, m)
  m = constant(5)
  pa = madd(pa, ua, m)
  pb = madd(pb, ub, m)
  pc = madd(pc, uc, m)
  pd = madd(pd, ud, m)
  m = constant(6)
  pa = madd(pa, ua, m)
  pb = madd(pb, ub, m)
  pc = madd(pc, uc, m)
  pd = madd(pd, ud, m)
  m = constant(7)
  pa = f32x4.mul(a, madd(pa, ua, m))
  pb = f32x4.mul(b, madd(pb, ub, m))
  pc = f32x4.mul(c, madd(pc, uc, m))
  pd = f32x4.mul(d, madd(pd, ud, m))
  k = constant(8)
  m = constant(9)
  let qa = madd(ua, k, m)
  let qb = madd(ub, k, m)
  let qc = madd(uc, k, m)
  let qd = madd(ud, k, m)
  m = constant(10)
  qa = madd(qa, ua, m)
  qb = madd(qb, ub, m)
  qc = madd(qc, uc, m)
  qd = madd(qd, ud, m)
  m = constant(11)
  qa = madd(qa, ua, m)
  qb = madd(qb, ub, m)
  qc = madd(qc, uc, m)
  qd = madd(qd, ud, m)
  m = constant(12)
  a = f32x4.div(pa, madd(qa, ua, m))
  b = f32x4.div(pb, madd(qb, ub, m))
  c = f32x4.div(pc, madd(qc, uc, m))
  d = f32x4.div(pd, madd(qd, ud, m))
  a = flush(a)
  b = flush(b)
  c = flush(c)
  d = flush(d)
  // Stored together, with nothing read between: only then does V8 join them to wider vectors.
  v128.store(to, a)
  v128.store(to, b, 16)
  v128.store(to, c, 32)
  v128.store(to, d, 48)
}

/**
 * eˣ − 1 = 2ⁿ·(e^r − 1) + (2ⁿ − 1), n = x/ln 2 rounded: e^r − 1 by its Taylor polynomial of degree 7 on r ∈
 * [−0.35, 0.35], so that small x lose nothing. With `less` 0: eˣ.
 */
// @ts-expect-error: decorator
@inline
function exponential(input: v128, less: bool): v128 {
  const x = f32x4.pmin(f32x4.pmax(input, constant(14)), constant(15))
  const n = f32x4.nearest(f32x4.mul(x, constant(16)))
  // ln 2 in two parts, so that the remainder keeps its last bits.
  let r = madd(n, constant(17), x)
  r = madd(n, constant(18), r)
  let p = madd(r, constant(19), constant(20))
  p = madd(p, r, constant(21))
  p = madd(p, r, constant(22))
  p = madd(p, r, constant(23))
  p = madd(p, r, constant(24))
  p = madd(p, r, constant(12))
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23)
  if (less) return madd(f32x4.mul(p, r), power, f32x4.sub(power, constant(12)))
  return f32x4.mul(madd(p, r, constant(12)), power)
}

// @ts-expect-error: decorator
@inline
export function exp4(x: v128): v128 {
  return exponential(x, false)
}

/** eˣ − 1. */
// @ts-expect-error: decorator
@inline
export function expMinusOne4(x: v128): v128 {
  return exponential(x, true)
}

// @ts-expect-error: decorator
@inline
export function sigmoid4(x: v128): v128 {
  return f32x4.div(constant(12), f32x4.add(constant(12), exp4(f32x4.neg(x))))
}

/** exp(−x²/2). */
// @ts-expect-error: decorator
@inline
export function bell4(x: v128): v128 {
  return exp4(f32x4.mul(constant(38), f32x4.mul(x, x)))
}

/**
 * Φ(x), the standard normal distribution function, of x and exp(−x²/2): Φ(−|x|) = erfc(z)/2 with z = |x|/√2,
 * and erfc(z)·exp(z²) = t·P(t), t = 1/(1 + 0.42·z), P of degree 7 fitted for the least relative error on z ≤
 * 9 (1.4·10⁻⁷).
 */
// @ts-expect-error: decorator
@inline
export function normalCdf4(x: v128, bell: v128): v128 {
  const z = f32x4.mul(f32x4.abs(x), constant(26))
  const t = f32x4.div(constant(12), madd(z, constant(27), constant(12)))
  let p = madd(t, constant(28), constant(29))
  p = madd(p, t, constant(30))
  p = madd(p, t, constant(31))
  p = madd(p, t, constant(32))
  p = madd(p, t, constant(33))
  p = madd(p, t, constant(34))
  p = madd(p, t, constant(35))
  const tail = f32x4.mul(f32x4.mul(p, t), bell)
  return v128.bitselect(tail, f32x4.sub(constant(12), tail), f32x4.lt(x, constant(36)))
}

/** Φ(x) + x·φ(x), the derivative of x·Φ(x), of Φ(x) and exp(−x²/2). */
// @ts-expect-error: decorator
@inline
export function geluSlope4(x: v128, cdf: v128, bell: v128): v128 {
  return madd(f32x4.mul(x, constant(37)), bell, cdf)
}
