import { flush, madd, splat } from '../math'
import { total } from './total'

/**
 * AdamW in PyTorch's order: w ← w·(1 − rate·decay), then Adam with bias correction. `numbers` is the address
 * of rate, 1 − β₁ᵗ and 1 − β₂ᵗ. The complements 1 − β are given, since in float32 1 − 0.999 has lost its last
 * digits.
 */
export function adamw(
  weights: usize, first: usize, second: usize, parts: usize, stride: i32, threads: i32, from: i32, to: i32,
  numbers: usize, beta1: f32, complement1: f32, beta2: f32, complement2: f32, epsilon: f32, decay: f32,
): void {
  const rate = load<f32>(numbers)
  const step = splat(rate / load<f32>(numbers, 4))
  const root = splat(Mathf.sqrt(load<f32>(numbers, 8)))
  const kept = splat(1 - rate * decay)
  for (let at = from; at < to; at += 16) {
    const g = flush(total(parts, stride, threads, at))
    const m = flush(madd(splat(beta1), v128.load(first + at), f32x4.mul(splat(complement1), g)))
    const v = madd(splat(beta2), v128.load(second + at), f32x4.mul(splat(complement2), f32x4.mul(g, g)))
    v128.store(first + at, m)
    // Squares of what is kept: bounded below by TINY², which is far from denormal numbers only with this
    // second cut.
    v128.store(second + at, v128.andnot(v, f32x4.lt(v, splat(1e-36))))
    const divisor = f32x4.add(f32x4.div(f32x4.sqrt(v), root), splat(epsilon))
    const w = f32x4.mul(v128.load(weights + at), kept)
    v128.store(weights + at, f32x4.sub(w, f32x4.div(f32x4.mul(step, m), divisor)))
  }
}
