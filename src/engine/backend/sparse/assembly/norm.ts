// Batch norm over all threads' examples. `mask` holds 1 for a lane with an example, 0 for padding.
import { rowAt } from './image'
import { flush, madd, splat, sumLanes } from './math'

/** moments[c] = (mean, sum of squared deviations), f64, of this thread's examples; `count` places in all. */
export function moments(
  to: usize, image: usize, mask: usize, channels: i32, height: i32, width: i32, bytes: i32, count: i32,
): void {
  for (let c = 0; c < channels; c++) {
    let total: f64 = 0
    for (let y = 0; y < height; y++) {
      let sum = splat(0)
      let at = rowAt(image, c, y)
      for (let x = 0; x < width; x++, at += bytes) {
        for (let l = 0; l < bytes; l += 16) sum = madd(v128.load(at + l), v128.load(mask + l), sum)
      }
      total += <f64>sumLanes(sum)
    }
    const mean = total / <f64>count
    const m = splat(<f32>mean)
    let squares: f64 = 0
    for (let y = 0; y < height; y++) {
      let sum = splat(0)
      let at = rowAt(image, c, y)
      for (let x = 0; x < width; x++, at += bytes) {
        for (let l = 0; l < bytes; l += 16) {
          const d = f32x4.mul(f32x4.sub(v128.load(at + l), m), v128.load(mask + l))
          sum = madd(d, d, sum)
        }
      }
      squares += <f64>sumLanes(sum)
    }
    store<f64>(to + (c << 4), mean)
    store<f64>(to + (c << 4), squares, 8)
  }
}

/** y = (x − mean)·factor + shift on all rows of a channel. */
// @ts-ignore: decorator
@inline
function affine(to: usize, from: usize, c: i32, height: i32, bytes: i32, mean: f32, factor: f32, shift: f32): void {
  const m = splat(mean)
  const a = splat(factor)
  const b = splat(shift)
  for (let y = 0; y < height; y++) {
    const t = rowAt(to, c, y)
    const p = rowAt(from, c, y)
    for (let l = 0; l < bytes; l += 16) {
      v128.store(t + l, flush(madd(f32x4.sub(v128.load(p + l), m), a, b)))
    }
  }
}

/**
 * Normalises with the moments of all threads (Chan's sum of parts; `stride` bytes apart, thread t with `lanes`·area places, the
 * last with what is left of `examples`), and keeps (mean, 1/deviation) of each channel in `saved`. With running ≠ 0: running ←
 * momentum·running + (1 − momentum)·batch, of the unbiased variance.
 */
export function normalise(
  to: usize, from: usize, parts: usize, stride: i32, lanes: i32, examples: i32, saved: usize, scale: usize, shift: usize,
  runningMean: usize, runningVariance: usize, momentum: f32, epsilon: f32, channels: i32, height: i32, width: i32,
  bytes: i32,
): void {
  const area = height * width
  const count = <f64>examples * <f64>area
  for (let c = 0; c < channels; c++) {
    let mean: f64 = 0
    for (let t = 0; t * lanes < examples; t++) {
      const share = <f64>min(lanes, examples - t * lanes) * <f64>area
      mean += load<f64>(parts + t * stride + (c << 4)) * share
    }
    mean /= count
    let squares: f64 = 0
    for (let t = 0; t * lanes < examples; t++) {
      const share = <f64>min(lanes, examples - t * lanes) * <f64>area
      const d = load<f64>(parts + t * stride + (c << 4)) - mean
      squares += load<f64>(parts + t * stride + (c << 4), 8) + share * d * d
    }
    const inverse = <f32>(1 / Math.sqrt(squares / count + <f64>epsilon))
    store<f32>(saved + (c << 3), <f32>mean)
    store<f32>(saved + (c << 3), inverse, 4)
    if (runningMean) {
      const k = <f64>momentum
      const m = runningMean + (c << 2)
      const v = runningVariance + (c << 2)
      store<f32>(m, <f32>(k * <f64>load<f32>(m) + (1 - k) * mean))
      store<f32>(v, <f32>(k * <f64>load<f32>(v) + (1 - k) * (squares / max<f64>(count - 1, 1))))
    }
    affine(
      to, from, c, height, bytes * width, <f32>mean, inverse * load<f32>(scale + (c << 2)), load<f32>(shift + (c << 2)))
  }
}

/** Evaluation: normalises with the running statistics. */
export function scaleShift(
  to: usize, from: usize, scale: usize, shift: usize, runningMean: usize, runningVariance: usize, epsilon: f32,
  channels: i32, height: i32, bytes: i32,
): void {
  for (let c = 0; c < channels; c++) {
    const deviation = Math.sqrt(<f64>load<f32>(runningVariance + (c << 2)) + <f64>epsilon)
    const factor = <f32>(<f64>load<f32>(scale + (c << 2)) / deviation)
    affine(to, from, c, height, bytes, load<f32>(runningMean + (c << 2)), factor, load<f32>(shift + (c << 2)))
  }
}

/** This thread's gradients of scale and shift: Σ gradient·x̂ and Σ gradient. */
export function normSums(
  scaleGradient: usize, shiftGradient: usize, gradient: usize, image: usize, saved: usize, channels: i32, height: i32,
  bytes: i32,
): void {
  for (let c = 0; c < channels; c++) {
    const mean = v128.load_splat<f32>(saved + (c << 3))
    let plain: f64 = 0
    let products: f64 = 0
    for (let y = 0; y < height; y++) {
      const g = rowAt(gradient, c, y)
      const p = rowAt(image, c, y)
      let a = splat(0)
      let b = splat(0)
      for (let l = 0; l < bytes; l += 16) {
        const v = v128.load(g + l)
        a = f32x4.add(a, v)
        b = madd(v, f32x4.sub(v128.load(p + l), mean), b)
      }
      plain += <f64>sumLanes(a)
      products += <f64>sumLanes(b)
    }
    store<f32>(scaleGradient + (c << 2), <f32>(products * <f64>load<f32>(saved + (c << 3), 4)))
    store<f32>(shiftGradient + (c << 2), <f32>plain)
  }
}

/**
 * to (+)= scale/deviation·(gradient − mean gradient − x̂·mean(gradient·x̂)), means over all threads' sums (`stride` bytes apart)
 * and `count` places; 0 in padding lanes.
 */
export function normGradient(
  to: usize, gradient: usize, image: usize, saved: usize, scale: usize, scaleParts: usize, shiftParts: usize, stride: i32,
  threads: i32, count: i32, mask: usize, channels: i32, height: i32, width: i32, bytes: i32, accumulate: i32,
): void {
  for (let c = 0; c < channels; c++) {
    let plain: f64 = 0
    let products: f64 = 0
    for (let t = 0; t < threads; t++) {
      plain += <f64>load<f32>(shiftParts + t * stride + (c << 2))
      products += <f64>load<f32>(scaleParts + t * stride + (c << 2))
    }
    const inverse = load<f32>(saved + (c << 3), 4)
    const mean = v128.load_splat<f32>(saved + (c << 3))
    const factor = splat(load<f32>(scale + (c << 2)) * inverse)
    const first = splat(<f32>(plain / <f64>count))
    const second = splat(<f32>(products / <f64>count) * inverse)
    for (let y = 0; y < height; y++) {
      let t = rowAt(to, c, y)
      let g = rowAt(gradient, c, y)
      let p = rowAt(image, c, y)
      for (let x = 0; x < width; x++) {
        for (let l = 0; l < bytes; l += 16) {
          const deviation = f32x4.sub(v128.load(p + l), mean)
          const d = f32x4.sub(f32x4.sub(v128.load(g + l), first), f32x4.mul(deviation, second))
          const v = flush(f32x4.mul(f32x4.mul(d, factor), v128.load(mask + l)))
          v128.store(t + l, accumulate ? f32x4.add(v128.load(t + l), v) : v)
        }
        t += bytes
        g += bytes
        p += bytes
      }
    }
  }
}
