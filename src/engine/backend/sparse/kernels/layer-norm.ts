// Layer norm: over the channels of each place, lane by lane. Channel after channel is read as it lies in
// memory; what is summed over them, a number of each place, stays in the nearest cache.
import { rowAt } from './image'
import { flush, madd, splat, sumLanes } from './math'

/** sums += row. */
function addRow(sums: usize, row: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(v128.load(sums + l), v128.load(row + l))
    const b = f32x4.add(v128.load(sums + l, 16), v128.load(row + l, 16))
    v128.store(sums + l, a)
    v128.store(sums + l, b, 16)
  }
}

function scaleRow(row: usize, factor: f32, bytes: i32): void {
  const f = splat(factor)
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.mul(v128.load(row + l), f)
    const b = f32x4.mul(v128.load(row + l, 16), f)
    v128.store(row + l, a)
    v128.store(row + l, b, 16)
  }
}

/** sums += (row − means)². */
function addSquares(sums: usize, row: usize, means: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const d = f32x4.sub(v128.load(row + l), v128.load(means + l))
    const e = f32x4.sub(v128.load(row + l, 16), v128.load(means + l, 16))
    const a = madd(d, d, v128.load(sums + l))
    const b = madd(e, e, v128.load(sums + l, 16))
    v128.store(sums + l, a)
    v128.store(sums + l, b, 16)
  }
}

/** row = 1/√(row·part + epsilon). */
function inverseDeviations(row: usize, part: f32, epsilon: f32, bytes: i32): void {
  const p = splat(part)
  const small = splat(epsilon)
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.div(splat(1), f32x4.sqrt(madd(v128.load(row + l), p, small)))
    const b = f32x4.div(splat(1), f32x4.sqrt(madd(v128.load(row + l, 16), p, small)))
    v128.store(row + l, a)
    v128.store(row + l, b, 16)
  }
}

function normaliseRow(
  to: usize, row: usize, means: usize, inverses: usize, scale: f32, shift: f32, bytes: i32,
): void {
  const s = splat(scale)
  const t = splat(shift)
  for (let l = 0; l < bytes; l += 32) {
    const d = f32x4.mul(f32x4.sub(v128.load(row + l), v128.load(means + l)), v128.load(inverses + l))
    const e = f32x4.mul(
      f32x4.sub(v128.load(row + l, 16), v128.load(means + l, 16)), v128.load(inverses + l, 16))
    const a = flush(madd(d, s, t))
    const b = flush(madd(e, s, t))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

/**
 * to = scale[c]·(x − mean)/√(variance + epsilon) + shift[c] on rows of `bytes` bytes; means, and behind them
 * 1/deviations, of all rows are kept in `saved`. Tiny results become 0.
 */
export function layerNorm(
  to: usize, from: usize, saved: usize, scale: usize, shift: usize, epsilon: f32, channels: i32, height: i32,
  bytes: i32,
): void {
  const part: f32 = 1 / <f32>channels
  for (let y = 0; y < height; y++) {
    const means = saved + y * bytes
    const inverses = means + height * bytes
    memory.fill(means, 0, bytes)
    memory.fill(inverses, 0, bytes)
    for (let c = 0; c < channels; c++) addRow(means, rowAt(from, c, y), bytes)
    scaleRow(means, part, bytes)
    for (let c = 0; c < channels; c++) addSquares(inverses, rowAt(from, c, y), means, bytes)
    inverseDeviations(inverses, part, epsilon, bytes)
    for (let c = 0; c < channels; c++) {
      const at = c << 2
      normaliseRow(
        rowAt(to, c, y), rowAt(from, c, y), means, inverses, load<f32>(scale + at), load<f32>(shift + at),
        bytes)
    }
  }
}

/** plain += g·scale, products += g·scale·(x − mean). */
function addSlopes(
  plain: usize, products: usize, gradient: usize, row: usize, means: usize, scale: f32, bytes: i32,
): void {
  const s = splat(scale)
  for (let l = 0; l < bytes; l += 32) {
    const h = f32x4.mul(v128.load(gradient + l), s)
    const k = f32x4.mul(v128.load(gradient + l, 16), s)
    const a = f32x4.add(v128.load(plain + l), h)
    const b = f32x4.add(v128.load(plain + l, 16), k)
    const c = madd(h, f32x4.sub(v128.load(row + l), v128.load(means + l)), v128.load(products + l))
    const d = madd(
      k, f32x4.sub(v128.load(row + l, 16), v128.load(means + l, 16)), v128.load(products + l, 16))
    v128.store(plain + l, a)
    v128.store(plain + l, b, 16)
    v128.store(products + l, c)
    v128.store(products + l, d, 16)
  }
}

/** products = products·part/variance: x̂·mean(g·x̂) = (x − mean)·mean(g·(x − mean))/variance. */
function meanProducts(products: usize, inverses: usize, part: f32, bytes: i32): void {
  const p = splat(part)
  for (let l = 0; l < bytes; l += 32) {
    const v = v128.load(inverses + l)
    const w = v128.load(inverses + l, 16)
    const a = f32x4.mul(f32x4.mul(v128.load(products + l), p), f32x4.mul(v, v))
    const b = f32x4.mul(f32x4.mul(v128.load(products + l, 16), p), f32x4.mul(w, w))
    v128.store(products + l, a)
    v128.store(products + l, b, 16)
  }
}

// @ts-expect-error: decorator
@inline
function slopes(
  to: usize, gradient: usize, row: usize, saved: usize, step: i32, scale: f32, bytes: i32, accumulate: bool,
): void {
  const s = splat(scale)
  for (let l = 0; l < bytes; l += 32) {
    const m = saved + l
    const d = f32x4.sub(v128.load(row + l), v128.load(m))
    const e = f32x4.sub(v128.load(row + l, 16), v128.load(m, 16))
    const i = m + step
    const p = i + step
    const q = p + step
    let a = f32x4.sub(f32x4.mul(v128.load(gradient + l), s), madd(d, v128.load(q), v128.load(p)))
    let b = f32x4.sub(f32x4.mul(v128.load(gradient + l, 16), s), madd(e, v128.load(q, 16), v128.load(p, 16)))
    a = f32x4.mul(a, v128.load(i))
    b = f32x4.mul(b, v128.load(i, 16))
    if (accumulate) {
      a = f32x4.add(v128.load(to + l), a)
      b = f32x4.add(v128.load(to + l, 16), b)
    }
    a = flush(a)
    b = flush(b)
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function setSlopes(
  to: usize, gradient: usize, row: usize, saved: usize, step: i32, scale: f32, bytes: i32,
): void {
  slopes(to, gradient, row, saved, step, scale, bytes, false)
}

function addToSlopes(
  to: usize, gradient: usize, row: usize, saved: usize, step: i32, scale: f32, bytes: i32,
): void {
  slopes(to, gradient, row, saved, step, scale, bytes, true)
}

/**
 * to (+)= (g·scale − mean(g·scale) − x̂·mean(g·scale·x̂))/deviation, means over the channels. Behind what
 * `layerNorm` left in `saved` is room for as much again.
 */
export function layerNormGradient(
  to: usize, gradient: usize, image: usize, saved: usize, scale: usize, channels: i32, height: i32,
  bytes: i32, accumulate: i32,
): void {
  const part: f32 = 1 / <f32>channels
  const step = height * bytes
  for (let y = 0; y < height; y++) {
    const means = saved + y * bytes
    const inverses = means + step
    const plain = inverses + step
    const products = plain + step
    memory.fill(plain, 0, bytes)
    memory.fill(products, 0, bytes)
    for (let c = 0; c < channels; c++) {
      const factor = load<f32>(scale + (c << 2))
      addSlopes(plain, products, rowAt(gradient, c, y), rowAt(image, c, y), means, factor, bytes)
    }
    scaleRow(plain, part, bytes)
    meanProducts(products, inverses, part, bytes)
    for (let c = 0; c < channels; c++) {
      const factor = load<f32>(scale + (c << 2))
      const t = rowAt(to, c, y)
      if (accumulate) addToSlopes(t, rowAt(gradient, c, y), rowAt(image, c, y), means, step, factor, bytes)
      else setSlopes(t, rowAt(gradient, c, y), rowAt(image, c, y), means, step, factor, bytes)
    }
  }
}

/** This thread's gradients of scale and shift: Σ g·x̂ and Σ g. */
export function layerNormSums(
  scaleSums: usize, shiftSums: usize, gradient: usize, image: usize, saved: usize, channels: i32, height: i32,
  bytes: i32,
): void {
  const inverses = height * bytes
  for (let c = 0; c < channels; c++) {
    let plain: f64 = 0
    let products: f64 = 0
    for (let y = 0; y < height; y++) {
      const g = rowAt(gradient, c, y)
      const p = rowAt(image, c, y)
      const keep = saved + y * bytes
      let a = splat(0)
      let b = splat(0)
      let d = splat(0)
      let e = splat(0)
      for (let l = 0; l < bytes; l += 32) {
        const v = v128.load(g + l)
        const w = v128.load(g + l, 16)
        const x = f32x4.mul(f32x4.sub(v128.load(p + l), v128.load(keep + l)), v128.load(keep + inverses + l))
        const z = f32x4.mul(
          f32x4.sub(v128.load(p + l, 16), v128.load(keep + l, 16)), v128.load(keep + inverses + l, 16))
        a = f32x4.add(a, v)
        b = f32x4.add(b, w)
        d = madd(v, x, d)
        e = madd(w, z, e)
      }
      plain += <f64>sumLanes(f32x4.add(a, b))
      products += <f64>sumLanes(f32x4.add(d, e))
    }
    store<f32>(scaleSums + (c << 2), <f32>products)
    store<f32>(shiftSums + (c << 2), <f32>plain)
  }
}
