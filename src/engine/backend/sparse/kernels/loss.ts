// Softmax cross entropy over the lanes of a thread, and its gradient.
import { rowAt } from './image'
import { exp4, splat } from './math'

/**
 * Logits [classes][lanes], a class `plane` bytes after the other, labels i32 [lanes], weights f32 [lanes] (0
 * for padding lanes). Writes gradient [classes][lanes], `gradientPlane` bytes apart, = weight·scale·(softmax
 * − target), with target = (1 − smoothing) on the label + smoothing / classes everywhere. Adds to totals: f64
 * Σ weight·cross entropy, f64 Σ weight·[right]. Ties of the largest logit go to the lower class. `gradient`
 * 0: none.
 */
export function crossEntropy(
  logits: usize, labels: usize, weights: usize, gradient: usize, totals: usize, classes: i32, lanes: i32,
  scale: f32, smoothing: f32, plane: i32, gradientPlane: i32,
): void {
  const row = lanes << 2
  let loss: f64 = 0
  let right: f64 = 0
  for (let l = 0; l < row; l += 16) {
    let largest = v128.load(logits + l)
    for (let c = 1; c < classes; c++) largest = f32x4.pmax(largest, v128.load(logits + c * plane + l))
    let total = splat(0)
    for (let c = 0; c < classes; c++) total = f32x4.add(
      total, exp4(f32x4.sub(v128.load(logits + c * plane + l), largest)))
    const w = v128.load(weights + l)
    for (let lane = 0; lane < 4; lane++) {
      const at = l + (lane << 2)
      const weight = load<f32>(weights + at)
      if (weight === 0) continue
      const label = load<i32>(labels + at)
      let top: f32 = load<f32>(logits + at)
      let best = 0
      let sum: f64 = 0
      let all: f64 = 0
      for (let c = 0; c < classes; c++) {
        const logit = load<f32>(logits + c * plane + at)
        all += <f64>logit
        if (logit > top) {
          top = logit
          best = c
        }
      }
      for (let c = 0; c < classes; c++) sum += Math.exp(<f64>load<f32>(logits + c * plane + at) - <f64>top)
      const normaliser = <f64>top + Math.log(sum)
      const own = normaliser - <f64>load<f32>(logits + label * plane + at)
      const even = normaliser - all / <f64>classes
      loss += <f64>weight * ((1 - <f64>smoothing) * own + <f64>smoothing * even)
      if (best === label) right += <f64>weight
    }
    if (!gradient) continue
    const inverse = f32x4.div(splat(1), total)
    const factor = f32x4.mul(w, splat(scale))
    const spread = splat(smoothing / <f32>classes)
    for (let c = 0; c < classes; c++) {
      const softmax = f32x4.mul(exp4(f32x4.sub(v128.load(logits + c * plane + l), largest)), inverse)
      v128.store(gradient + c * gradientPlane + l, f32x4.mul(factor, f32x4.sub(softmax, spread)))
    }
    for (let lane = 0; lane < 4; lane++) {
      const at = l + (lane << 2)
      const place = gradient + load<i32>(labels + at) * gradientPlane + at
      store<f32>(place, load<f32>(place) - load<f32>(weights + at) * scale * (1 - smoothing))
    }
  }
  store<f64>(totals, load<f64>(totals) + loss)
  store<f64>(totals, load<f64>(totals, 8) + right, 8)
}

/**
 * As crossEntropy, for targets (1 − smoothing)·(share on the label + other share on the other label) +
 * smoothing / classes: `shares` and `otherShares` f32 [lanes], `others` i32 [lanes]; where `others` is 0 the
 * share is 1 and there is no other. `binary`: the mean over the classes of the sigmoid cross entropies in
 * place of the softmax cross entropy. In double precision.
 */
export function targetEntropy(
  logits: usize, labels: usize, weights: usize, gradient: usize, totals: usize, classes: i32, lanes: i32,
  scale: f32, smoothing: f32, plane: i32, gradientPlane: i32, shares: usize, others: usize,
  otherShares: usize, binary: i32,
): void {
  const row = lanes << 2
  const off = <f64>smoothing / <f64>classes
  const even = <f64>1 / <f64>classes
  let loss: f64 = 0
  let right: f64 = 0
  for (let at = 0; at < row; at += 4) {
    const weight = <f64>load<f32>(weights + at)
    if (weight === 0) {
      if (gradient) for (let c = 0; c < classes; c++) store<f32>(gradient + c * gradientPlane + at, 0)
      continue
    }
    const label = load<i32>(labels + at)
    const other = others ? load<i32>(others + at) : label
    const share = (1 - <f64>smoothing) * (others ? <f64>load<f32>(shares + at) : 1)
    const rest = others ? (1 - <f64>smoothing) * <f64>load<f32>(otherShares + at) : 0
    let top: f32 = load<f32>(logits + at)
    let best = 0
    for (let c = 1; c < classes; c++) {
      const logit = load<f32>(logits + c * plane + at)
      if (logit > top) {
        top = logit
        best = c
      }
    }
    let sum: f64 = 0
    if (!binary) for (let c = 0; c < classes; c++) sum += Math.exp(
      <f64>load<f32>(logits + c * plane + at) - <f64>top)
    const normaliser = <f64>top + Math.log(sum)
    let own: f64 = 0
    for (let c = 0; c < classes; c++) {
      const z = <f64>load<f32>(logits + c * plane + at)
      const target = off + (c === label ? share : 0) + (c === other ? rest : 0)
      let error: f64
      if (binary) {
        const far = Math.exp(-Math.abs(z))
        own += even * (Math.max(z, 0) - z * target + Math.log1p(far))
        error = even * ((z >= 0 ? 1 : far) / (1 + far) - target)
      } else {
        own += target * (normaliser - z)
        error = Math.exp(z - normaliser) - target
      }
      if (gradient) store<f32>(gradient + c * gradientPlane + at, <f32>(weight * <f64>scale * error))
    }
    loss += weight * own
    if (best === label) right += weight
  }
  store<f64>(totals, load<f64>(totals) + loss)
  store<f64>(totals, load<f64>(totals, 8) + right, 8)
}

/**
 * Examples row-major (height, width, channels) → an image of lanes: lane < count from example `lane`, 0
 * beyond. Blocks of 16 features keep the strided side in the cache.
 */
export function toLanes(
  to: usize, from: usize, count: i32, height: i32, width: i32, channels: i32, lanes: i32,
): void {
  const features = height * width * channels
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let block = 0; block < channels; block += 16) {
        const end = min(block + 16, channels)
        for (let lane = 0; lane < lanes; lane++) {
          const source = from + ((lane * features + (y * width + x) * channels) << 2)
          for (let c = block; c < end; c++) {
            store<f32>(
              rowAt(to, c, y) + ((x * lanes + lane) << 2), lane < count ? load<f32>(source + (c << 2)) : 0)
          }
        }
      }
    }
  }
}

/** A vector of lanes → examples row-major, `stride` numbers apart: to[lane][feature] for lane < count. */
export function fromLanes(to: usize, from: usize, count: i32, features: i32, stride: i32): void {
  for (let lane = 0; lane < count; lane++) {
    for (let f = 0; f < features; f++) {
      store<f32>(to + ((lane * stride + f) << 2), load<f32>(rowAt(from, f, 0) + (lane << 2)))
    }
  }
}
