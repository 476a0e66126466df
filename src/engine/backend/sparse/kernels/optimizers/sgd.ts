import { flush, madd, splat } from '../math'
import { total } from './total'

/**
 * PyTorch's SGD on floats [from, to) (byte offsets, multiples of 16) of weights and velocity: g = gradient +
 * decay·w; v = momentum·v + g; w −= rate·(nesterov ? g + momentum·v : v).
 */
export function sgd(
  weights: usize, velocity: usize, parts: usize, stride: i32, threads: i32, from: i32, to: i32, rate: f32,
  momentum: f32, nesterov: i32, decay: f32,
): void {
  const r = splat(-rate)
  const m = splat(momentum)
  const d = splat(decay)
  for (let at = from; at < to; at += 16) {
    const w = v128.load(weights + at)
    const g = madd(d, w, total(parts, stride, threads, at))
    if (!velocity) {
      v128.store(weights + at, madd(r, g, w))
      continue
    }
    const v = flush(madd(m, v128.load(velocity + at), g))
    v128.store(velocity + at, v)
    v128.store(weights + at, madd(r, nesterov ? madd(m, v, g) : v, w))
  }
}
