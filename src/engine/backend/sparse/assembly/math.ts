// Vector mathematics on four float32 lanes, good to a few units in the last place.

// Below this, signals and gradients are taken as 0: WebAssembly cannot flush denormals, and arithmetic on them is many
// times slower. The product of two numbers that are kept is no denormal.
const TINY: f32 = 1e-19

/** a·b + c */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return f32x4.relaxed_madd(a, b, c)
}

// @ts-ignore: decorator
@inline
export function splat(value: f32): v128 {
  return f32x4.splat(value)
}

/** x, or 0 where it is tiny; NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function flush(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), splat(TINY)))
}

/** Sum of the four lanes. */
// @ts-ignore: decorator
@inline
export function sumLanes(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1))
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1)
}

/** Lane sums of four vectors, as one vector. */
// @ts-ignore: decorator
@inline
export function sumFour(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7))
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7))
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7))
}

/**
 * tanh as x·P(x²)/Q(x²), both of degree 4, fitted for the least relative error on [−9, 9] (2·10⁻⁸ in exact
 * arithmetic, 3·10⁻⁷ in float32); beyond, tanh is 1 in float32.
 */
// @ts-ignore: decorator
@inline
export function tanh4(input: v128): v128 {
  const x = f32x4.min(f32x4.max(input, splat(-9)), splat(9))
  const u = f32x4.mul(x, x)
  let p = madd(u, splat(1.3336854037339297e-8), splat(2.059628108777036e-5))
  p = madd(p, u, splat(3.4948116028558564e-3))
  p = madd(p, u, splat(0.13380372093415696))
  p = madd(p, u, splat(0.9999999792451433))
  let q = madd(u, splat(7.769286300033463e-7), splat(3.284364051873023e-4))
  q = madd(q, u, splat(2.587402895654491e-2))
  q = madd(q, u, splat(0.46713687512582447))
  q = madd(q, u, splat(1))
  const y = f32x4.div(f32x4.mul(x, p), q)
  return f32x4.min(f32x4.max(y, splat(-1)), splat(1))
}

/** eˣ: 2ⁿ by the exponent's bits, 2^fraction by its Taylor polynomial of degree 7 on [−½, ½]. */
// @ts-ignore: decorator
@inline
export function exp4(input: v128): v128 {
  const x = f32x4.min(f32x4.max(input, splat(-87)), splat(88))
  const n = f32x4.nearest(f32x4.mul(x, splat(1.4426950408889634)))
  // ln 2 in two parts, so that the remainder keeps its last bits.
  let r = madd(n, splat(-0.693359375), x)
  r = madd(n, splat(2.12194440e-4), r)
  let p = madd(r, splat(1.0 / 5040.0), splat(1.0 / 720.0))
  p = madd(p, r, splat(1.0 / 120.0))
  p = madd(p, r, splat(1.0 / 24.0))
  p = madd(p, r, splat(1.0 / 6.0))
  p = madd(p, r, splat(0.5))
  p = madd(p, r, splat(1))
  p = madd(p, r, splat(1))
  const exponent = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23)
  return f32x4.mul(p, exponent)
}

// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  return f32x4.div(splat(1), f32x4.add(splat(1), exp4(f32x4.neg(x))))
}

/**
 * Φ(x), the standard normal distribution function: Φ(−|x|) = erfc(z)/2 with z = |x|/√2, and erfc(z) = t·exp(−z² + P(t)),
 * t = 1/(1 + z/2), of relative error 1.2·10⁻⁷ (Numerical Recipes, 6.2).
 */
// @ts-ignore: decorator
@inline
export function normalCdf4(x: v128): v128 {
  const z = f32x4.mul(f32x4.abs(x), splat(0.7071067811865476))
  const t = f32x4.div(splat(1), madd(z, splat(0.5), splat(1)))
  let p = madd(t, splat(0.17087277), splat(-0.82215223))
  p = madd(p, t, splat(1.48851587))
  p = madd(p, t, splat(-1.13520398))
  p = madd(p, t, splat(0.27886807))
  p = madd(p, t, splat(-0.18628806))
  p = madd(p, t, splat(0.09678418))
  p = madd(p, t, splat(0.37409196))
  p = madd(p, t, splat(1.00002368))
  p = madd(p, t, splat(-1.26551223))
  const tail = f32x4.mul(f32x4.mul(splat(0.5), t), exp4(f32x4.sub(p, f32x4.mul(z, z))))
  return v128.bitselect(tail, f32x4.sub(splat(1), tail), f32x4.lt(x, splat(0)))
}
