import { flush, madd, splat, sumLanes } from '../math'
import { total } from './total'

/** Bytes whose squares are added in float32, before they enter a sum in float64. */
const BLOCK = 1024

/** m/c₁ / (√v/√c₂ + ε) + λw, `root` being √c₂. */
// @ts-expect-error: decorator
@inline
function direction(
  w: v128, m: v128, v: v128, correction: v128, root: v128, epsilon: v128, decay: v128,
): v128 {
  const divisor = f32x4.add(f32x4.div(f32x4.sqrt(v), root), epsilon)
  return madd(decay, w, f32x4.div(f32x4.div(m, correction), divisor))
}

/**
 * The moments of LAMB on floats [from, to) (byte offsets, multiples of 16). `numbers` is the address of rate,
 * 1 − β₁ᵗ and 1 − β₂ᵗ. Σ w² and Σ u² of these weights go to `sums` (two f64); without `sums` the weights take
 * the step u at once.
 */
export function lambMoments(
  weights: usize, first: usize, second: usize, parts: usize, stride: i32, threads: i32, from: i32, to: i32,
  numbers: usize, sums: usize, beta1: f32, complement1: f32, beta2: f32, complement2: f32, epsilon: f32,
  decay: f32,
): void {
  const rate = splat(-load<f32>(numbers))
  const correction = splat(load<f32>(numbers, 4))
  const root = splat(Mathf.sqrt(load<f32>(numbers, 8)))
  let whole: f64 = 0
  let changed: f64 = 0
  for (let at = from; at < to;) {
    const end = min(at + BLOCK, to)
    let a = splat(0)
    let b = splat(0)
    for (; at < end; at += 16) {
      const g = flush(total(parts, stride, threads, at))
      const m = flush(madd(splat(beta1), v128.load(first + at), f32x4.mul(splat(complement1), g)))
      let v = madd(splat(beta2), v128.load(second + at), f32x4.mul(splat(complement2), f32x4.mul(g, g)))
      // As in AdamW: squares are far from denormal numbers only with this second cut.
      v = v128.andnot(v, f32x4.lt(v, splat(1e-36)))
      v128.store(first + at, m)
      v128.store(second + at, v)
      const w = v128.load(weights + at)
      const u = direction(w, m, v, correction, root, splat(epsilon), splat(decay))
      if (!sums) v128.store(weights + at, madd(rate, u, w))
      a = madd(w, w, a)
      b = madd(u, u, b)
    }
    whole += sumLanes(a)
    changed += sumLanes(b)
  }
  if (!sums) return
  store<f64>(sums, whole)
  store<f64>(sums, changed, 8)
}

/**
 * The weights of LAMB, after the moments: w −= rate·(‖w‖/‖u‖)·u, u as before. `sums` has Σ w² and Σ u² of
 * each thread; the ratio is 1 where one of them is 0.
 */
export function lambWeights(
  weights: usize, first: usize, second: usize, from: i32, to: i32, numbers: usize, sums: usize, threads: i32,
  epsilon: f32, decay: f32,
): void {
  let whole: f64 = 0
  let changed: f64 = 0
  for (let t = 0; t < threads; t++) {
    whole += load<f64>(sums + (t << 4))
    changed += load<f64>(sums + (t << 4), 8)
  }
  const ratio = whole > 0 && changed > 0 ? Math.sqrt(whole / changed) : 1
  const rate = splat(<f32>(-load<f32>(numbers) * ratio))
  const correction = splat(load<f32>(numbers, 4))
  const root = splat(Mathf.sqrt(load<f32>(numbers, 8)))
  for (let at = from; at < to; at += 16) {
    const w = v128.load(weights + at)
    const u = direction(
      w, v128.load(first + at), v128.load(second + at), correction, root, splat(epsilon), splat(decay))
    v128.store(weights + at, madd(rate, u, w))
  }
}
