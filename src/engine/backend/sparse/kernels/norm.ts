// Batch norm over all threads' examples. `mask` holds 1 for a lane with an example, 0 for padding.
import { activateRow } from './activations'
import { rowAt } from './image'
import { flush, madd, splat, sumLanes } from './math'

/** Lane sums of x and x² of four vectors more, x counted from `center`. */
// @ts-expect-error: decorator
@inline
function sumsOfRow(at: usize, center: v128, width: i32, bytes: i32, mask: usize): void {
  let a = splat(0)
  let b = splat(0)
  let c = splat(0)
  let d = splat(0)
  for (let x = 0; x < width; x++, at += bytes) {
    for (let l = 0; l < bytes; l += 32) {
      let p = f32x4.sub(v128.load(at + l), center)
      let q = f32x4.sub(v128.load(at + l, 16), center)
      if (mask) {
        p = f32x4.mul(p, v128.load(mask + l))
        q = f32x4.mul(q, v128.load(mask + l, 16))
      }
      a = f32x4.add(a, p)
      b = f32x4.add(b, q)
      c = madd(p, p, c)
      d = madd(q, q, d)
    }
  }
  rowSum = <f64>sumLanes(f32x4.add(a, b))
  rowSquares = <f64>sumLanes(f32x4.add(c, d))
}

// Results of sumsOfRow; each thread has an instance, and so globals, of its own.
let rowSum: f64 = 0
let rowSquares: f64 = 0

/**
 * moments[c] = (mean, sum of squared deviations), f64, of this thread's examples; `count` places in all,
 * `mask` 0 where no lane is padding. One pass over the image, with numbers counted from the mean of the first
 * row: near the mean, so that the difference of squares loses nothing.
 */
export function moments(
  to: usize, image: usize, mask: usize, channels: i32, height: i32, width: i32, bytes: i32, count: i32,
): void {
  const places = <f64>count
  for (let c = 0; c < channels; c++) {
    const first = rowAt(image, c, 0)
    if (mask) sumsOfRow(first, splat(0), width, bytes, mask)
    else sumsOfRow(first, splat(0), width, bytes, 0)
    const center = <f32>(rowSum * <f64>height / max<f64>(places, 1))
    const from = splat(center)
    let total: f64 = 0
    let squares: f64 = 0
    for (let y = 0; y < height; y++) {
      if (mask) sumsOfRow(rowAt(image, c, y), from, width, bytes, mask)
      else sumsOfRow(rowAt(image, c, y), from, width, bytes, 0)
      total += rowSum
      squares += rowSquares
    }
    const shift = count ? total / places : 0
    store<f64>(to + (c << 4), <f64>center + shift)
    store<f64>(to + (c << 4), max<f64>(squares - total * shift, 0), 8)
  }
}

/** y = f((x − mean)·factor + shift) on all rows of a channel, f the activation `kind` (0: none). */
// @ts-expect-error: decorator
@inline
function affine(
  to: usize, from: usize, c: i32, height: i32, bytes: i32, mean: f32, factor: f32, shift: f32, kind: i32,
): void {
  const m = splat(mean)
  const a = splat(factor)
  const b = splat(shift)
  for (let y = 0; y < height; y++) {
    const t = rowAt(to, c, y)
    const p = rowAt(from, c, y)
    for (let l = 0; l < bytes; l += 32) {
      const first = flush(madd(f32x4.sub(v128.load(p + l), m), a, b))
      const second = flush(madd(f32x4.sub(v128.load(p + l, 16), m), a, b))
      v128.store(t + l, first)
      v128.store(t + l, second, 16)
    }
    if (kind) activateRow(kind, t, t, bytes)
  }
}

/**
 * Normalises with the moments of all threads (Chan's sum of parts; `stride` bytes apart, thread t with
 * `lanes`·area places, the last with what is left of `examples`), and keeps (mean, 1/deviation) of each
 * channel in `saved`. With running ≠ 0: running ← momentum·running + (1 − momentum)·batch, of the unbiased
 * variance.
 */
export function normalise(
  to: usize, from: usize, parts: usize, stride: i32, lanes: i32, examples: i32, saved: usize, scale: usize,
  shift: usize, runningMean: usize, runningVariance: usize, momentum: f32, epsilon: f32, channels: i32,
  height: i32, width: i32, bytes: i32, kind: i32,
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
      to, from, c, height, bytes * width, <f32>mean, inverse * load<f32>(scale + (c << 2)),
      load<f32>(shift + (c << 2)), kind)
  }
}

/** Evaluation: normalises with the running statistics. */
export function scaleShift(
  to: usize, from: usize, scale: usize, shift: usize, runningMean: usize, runningVariance: usize,
  epsilon: f32, channels: i32, height: i32, bytes: i32, kind: i32,
): void {
  for (let c = 0; c < channels; c++) {
    const deviation = Math.sqrt(<f64>load<f32>(runningVariance + (c << 2)) + <f64>epsilon)
    const factor = <f32>(<f64>load<f32>(scale + (c << 2)) / deviation)
    affine(
      to, from, c, height, bytes, load<f32>(runningMean + (c << 2)), factor, load<f32>(shift + (c << 2)),
      kind)
  }
}

/**
 * The gradient before a rectifier that followed: 0 where the normalised number, made again, is not positive.
 */
// @ts-expect-error: decorator
@inline
function rectified(gradient: v128, deviation: v128, factor: v128, shift: v128): v128 {
  return v128.and(gradient, f32x4.gt(madd(deviation, factor, shift), splat(0)))
}

// @ts-expect-error: decorator
@inline
function normSumsOfRow(
  g: usize, p: usize, bytes: i32, mean: v128, factor: v128, shift: v128, rectify: bool,
): void {
  let a = splat(0)
  let b = splat(0)
  let c = splat(0)
  let d = splat(0)
  for (let l = 0; l < bytes; l += 32) {
    const s = f32x4.sub(v128.load(p + l), mean)
    const t = f32x4.sub(v128.load(p + l, 16), mean)
    let v = v128.load(g + l)
    let w = v128.load(g + l, 16)
    if (rectify) {
      v = rectified(v, s, factor, shift)
      w = rectified(w, t, factor, shift)
    }
    a = f32x4.add(a, v)
    b = f32x4.add(b, w)
    c = madd(v, s, c)
    d = madd(w, t, d)
  }
  rowSum = <f64>sumLanes(f32x4.add(a, b))
  rowSquares = <f64>sumLanes(f32x4.add(c, d))
}

/**
 * This thread's gradients of scale and shift: Σ gradient·x̂ and Σ gradient; with `rectify`, of the rectified
 * output.
 */
export function normSums(
  scaleGradient: usize, shiftGradient: usize, gradient: usize, image: usize, saved: usize, scale: usize,
  shift: usize, channels: i32, height: i32, bytes: i32, rectify: i32,
): void {
  for (let c = 0; c < channels; c++) {
    const mean = v128.load_splat<f32>(saved + (c << 3))
    const inverse = load<f32>(saved + (c << 3), 4)
    const factor = splat(inverse * load<f32>(scale + (c << 2)))
    const offset = v128.load_splat<f32>(shift + (c << 2))
    let plain: f64 = 0
    let products: f64 = 0
    for (let y = 0; y < height; y++) {
      const g = rowAt(gradient, c, y)
      const p = rowAt(image, c, y)
      if (rectify) normSumsOfRow(g, p, bytes, mean, factor, offset, true)
      else normSumsOfRow(g, p, bytes, mean, factor, offset, false)
      plain += rowSum
      products += rowSquares
    }
    store<f32>(scaleGradient + (c << 2), <f32>(products * <f64>inverse))
    store<f32>(shiftGradient + (c << 2), <f32>plain)
  }
}

// @ts-expect-error: decorator
@inline
function normGradientOfRow(
  t: usize, g: usize, p: usize, bytes: i32, mean: v128, factor: v128, shift: v128, first: v128, second: v128,
  mask: usize, accumulate: i32, rectify: bool,
): void {
  for (let l = 0; l < bytes; l += 32) {
    const d = f32x4.sub(v128.load(p + l), mean)
    const e = f32x4.sub(v128.load(p + l, 16), mean)
    let v = v128.load(g + l)
    let w = v128.load(g + l, 16)
    if (rectify) {
      v = rectified(v, d, factor, shift)
      w = rectified(w, e, factor, shift)
    }
    v = f32x4.mul(f32x4.sub(f32x4.sub(v, first), f32x4.mul(d, second)), factor)
    w = f32x4.mul(f32x4.sub(f32x4.sub(w, first), f32x4.mul(e, second)), factor)
    if (mask) {
      v = f32x4.mul(v, v128.load(mask + l))
      w = f32x4.mul(w, v128.load(mask + l, 16))
    }
    v = flush(v)
    w = flush(w)
    if (accumulate) {
      v = f32x4.add(v128.load(t + l), v)
      w = f32x4.add(v128.load(t + l, 16), w)
    }
    v128.store(t + l, v)
    v128.store(t + l, w, 16)
  }
}

/**
 * to (+)= scale/deviation·(gradient − mean gradient − x̂·mean(gradient·x̂)), means over all threads' sums
 * (`stride` bytes apart) and `count` places; 0 in padding lanes (`mask` 0: there are none). With `rectify`,
 * the gradient is that of the rectified output.
 */
export function normGradient(
  to: usize, gradient: usize, image: usize, saved: usize, scale: usize, shift: usize, scaleParts: usize,
  shiftParts: usize, stride: i32, threads: i32, count: i32, mask: usize, channels: i32, height: i32,
  width: i32, bytes: i32, accumulate: i32, rectify: i32,
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
    const factor = splat(inverse * load<f32>(scale + (c << 2)))
    const offset = v128.load_splat<f32>(shift + (c << 2))
    const first = splat(<f32>(plain / <f64>count))
    const second = splat(<f32>(products / <f64>count) * inverse)
    for (let y = 0; y < height; y++) {
      let t = rowAt(to, c, y)
      let g = rowAt(gradient, c, y)
      let p = rowAt(image, c, y)
      if (!mask) {
        const row = width * bytes
        if (rectify) normGradientOfRow(t, g, p, row, mean, factor, offset, first, second, 0, accumulate, true)
        else normGradientOfRow(t, g, p, row, mean, factor, offset, first, second, 0, accumulate, false)
        continue
      }
      for (let x = 0; x < width; x++) {
        if (rectify) normGradientOfRow(
          t, g, p, bytes, mean, factor, offset, first, second, mask, accumulate, true)
        else normGradientOfRow(t, g, p, bytes, mean, factor, offset, first, second, mask, accumulate, false)
        t += bytes
        g += bytes
        p += bytes
      }
    }
  }
}
