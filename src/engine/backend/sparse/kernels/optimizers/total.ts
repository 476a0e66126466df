// The gradient of a weight: the sum of the threads' parts.

/** Σ over threads of parts[t][k], parts `stride` bytes apart; four at a time. */
// @ts-expect-error: decorator
@inline
export function total(parts: usize, stride: i32, threads: i32, at: i32): v128 {
  let sum = v128.load(parts + at)
  for (let t = 1; t < threads; t++) sum = f32x4.add(sum, v128.load(parts + t * stride + at))
  return sum
}
