// Layer norm: over the channels of each place, lane by lane.
import { rowAt } from './image'
import { flush, madd, splat, sumLanes } from './math'

// @ts-ignore: decorator
@inline
function planeOf(image: usize): i32 {
  return load<i32>(image, 4)
}

/**
 * to = scale[c]·(x − mean)/√(variance + epsilon) + shift[c] on rows of `bytes` bytes; means, and behind them 1/deviations, of
 * all rows are kept in `saved`. Tiny results become 0.
 */
export function layerNorm(
  to: usize, from: usize, saved: usize, scale: usize, shift: usize, epsilon: f32, channels: i32, height: i32, bytes: i32,
): void {
  const part = splat(1 / <f32>channels)
  const small = splat(epsilon)
  const inverses = height * bytes
  const inStep = planeOf(from)
  const outStep = planeOf(to)
  for (let y = 0; y < height; y++) {
    for (let l = 0; l < bytes; l += 32) {
      const start = rowAt(from, 0, y) + l
      let m = splat(0)
      let n = splat(0)
      let p = start
      for (let c = 0; c < channels; c++, p += inStep) {
        m = f32x4.add(m, v128.load(p))
        n = f32x4.add(n, v128.load(p, 16))
      }
      m = f32x4.mul(m, part)
      n = f32x4.mul(n, part)
      let v = splat(0)
      let w = splat(0)
      p = start
      for (let c = 0; c < channels; c++, p += inStep) {
        const d = f32x4.sub(v128.load(p), m)
        const e = f32x4.sub(v128.load(p, 16), n)
        v = madd(d, d, v)
        w = madd(e, e, w)
      }
      v = f32x4.div(splat(1), f32x4.sqrt(madd(v, part, small)))
      w = f32x4.div(splat(1), f32x4.sqrt(madd(w, part, small)))
      const keep = saved + y * bytes + l
      v128.store(keep, m)
      v128.store(keep, n, 16)
      v128.store(keep + inverses, v)
      v128.store(keep + inverses, w, 16)
      p = start
      let t = rowAt(to, 0, y) + l
      for (let c = 0; c < channels; c++, p += inStep, t += outStep) {
        const a = v128.load_splat<f32>(scale + (c << 2))
        const b = v128.load_splat<f32>(shift + (c << 2))
        const first = flush(madd(f32x4.mul(f32x4.sub(v128.load(p), m), v), a, b))
        const second = flush(madd(f32x4.mul(f32x4.sub(v128.load(p, 16), n), w), a, b))
        v128.store(t, first)
        v128.store(t, second, 16)
      }
    }
  }
}

/** to (+)= (g·scale − mean(g·scale) − x̂·mean(g·scale·x̂))/deviation, means over the channels. */
export function layerNormGradient(
  to: usize, gradient: usize, image: usize, saved: usize, scale: usize, channels: i32, height: i32, bytes: i32,
  accumulate: i32,
): void {
  const part = splat(1 / <f32>channels)
  const inverses = height * bytes
  const gStep = planeOf(gradient)
  const pStep = planeOf(image)
  const tStep = planeOf(to)
  for (let y = 0; y < height; y++) {
    for (let l = 0; l < bytes; l += 32) {
      const keep = saved + y * bytes + l
      const m = v128.load(keep)
      const n = v128.load(keep, 16)
      const v = v128.load(keep + inverses)
      const w = v128.load(keep + inverses, 16)
      let plain = splat(0)
      let plainB = splat(0)
      let products = splat(0)
      let productsB = splat(0)
      let g = rowAt(gradient, 0, y) + l
      let p = rowAt(image, 0, y) + l
      for (let c = 0; c < channels; c++, g += gStep, p += pStep) {
        const a = v128.load_splat<f32>(scale + (c << 2))
        const h = f32x4.mul(v128.load(g), a)
        const k = f32x4.mul(v128.load(g, 16), a)
        plain = f32x4.add(plain, h)
        plainB = f32x4.add(plainB, k)
        products = madd(h, f32x4.sub(v128.load(p), m), products)
        productsB = madd(k, f32x4.sub(v128.load(p, 16), n), productsB)
      }
      plain = f32x4.mul(plain, part)
      plainB = f32x4.mul(plainB, part)
      // x̂·mean(g·x̂) = (x − mean)·mean(g·(x − mean))/variance.
      products = f32x4.mul(f32x4.mul(products, part), f32x4.mul(v, v))
      productsB = f32x4.mul(f32x4.mul(productsB, part), f32x4.mul(w, w))
      g = rowAt(gradient, 0, y) + l
      p = rowAt(image, 0, y) + l
      let t = rowAt(to, 0, y) + l
      for (let c = 0; c < channels; c++, g += gStep, p += pStep, t += tStep) {
        const a = v128.load_splat<f32>(scale + (c << 2))
        const d = f32x4.sub(v128.load(p), m)
        const e = f32x4.sub(v128.load(p, 16), n)
        let first = f32x4.sub(f32x4.mul(v128.load(g), a), madd(d, products, plain))
        let second = f32x4.sub(f32x4.mul(v128.load(g, 16), a), madd(e, productsB, plainB))
        first = f32x4.mul(first, v)
        second = f32x4.mul(second, w)
        if (accumulate) {
          first = f32x4.add(v128.load(t), first)
          second = f32x4.add(v128.load(t, 16), second)
        }
        v128.store(t, flush(first))
        v128.store(t, flush(second), 16)
      }
    }
  }
}

/** This thread's gradients of scale and shift: Σ g·x̂ and Σ g. */
export function layerNormSums(
  scaleSums: usize, shiftSums: usize, gradient: usize, image: usize, saved: usize, channels: i32, height: i32, bytes: i32,
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
