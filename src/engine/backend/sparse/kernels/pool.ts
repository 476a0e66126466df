// Pooling. A window's places outside the image never win and add nothing.
import { rowAt } from './image'
import { madd, splat } from './math'

export function maxPool(
  to: usize, from: usize, channels: i32, height: i32, width: i32, outHeight: i32, outWidth: i32, sizeY: i32,
  sizeX: i32, stride: i32, top: i32, left: i32, bytes: i32,
): void {
  for (let c = 0; c < channels; c++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const firstY = max(oy * stride - top, 0)
      const lastY = min(oy * stride - top + sizeY, height)
      for (let ox = 0; ox < outWidth; ox++) {
        const firstX = max(ox * stride - left, 0)
        const lastX = min(ox * stride - left + sizeX, width)
        const t = rowAt(to, c, oy) + ox * bytes
        for (let l = 0; l < bytes; l += 16) {
          let best = v128.load(rowAt(from, c, firstY) + firstX * bytes + l)
          for (let y = firstY; y < lastY; y++) {
            for (let x = firstX; x < lastX; x++) best = f32x4.pmax(
              best, v128.load(rowAt(from, c, y) + x * bytes + l))
          }
          v128.store(t + l, best)
        }
      }
    }
  }
}

/** to += gradient at the first place of each window that holds its largest entry. */
export function maxPoolGradient(
  to: usize, gradient: usize, image: usize, pooled: usize, channels: i32, height: i32, width: i32,
  outHeight: i32, outWidth: i32, sizeY: i32, sizeX: i32, stride: i32, top: i32, left: i32, bytes: i32,
): void {
  for (let c = 0; c < channels; c++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const firstY = max(oy * stride - top, 0)
      const lastY = min(oy * stride - top + sizeY, height)
      for (let ox = 0; ox < outWidth; ox++) {
        const firstX = max(ox * stride - left, 0)
        const lastX = min(ox * stride - left + sizeX, width)
        const g = rowAt(gradient, c, oy) + ox * bytes
        const p = rowAt(pooled, c, oy) + ox * bytes
        for (let l = 0; l < bytes; l += 16) {
          const best = v128.load(p + l)
          let rest = v128.load(g + l)
          for (let y = firstY; y < lastY; y++) {
            for (let x = firstX; x < lastX; x++) {
              const here = f32x4.eq(best, v128.load(rowAt(image, c, y) + x * bytes + l))
              const t = rowAt(to, c, y) + x * bytes + l
              v128.store(t, f32x4.add(v128.load(t), v128.and(rest, here)))
              rest = v128.andnot(rest, here)
            }
          }
        }
      }
    }
  }
}

/** Mean of each window: over `area` places, or with area 0 over those inside the image. */
export function averagePool(
  to: usize, from: usize, channels: i32, height: i32, width: i32, outHeight: i32, outWidth: i32, sizeY: i32,
  sizeX: i32, stride: i32, top: i32, left: i32, bytes: i32, area: i32,
): void {
  for (let c = 0; c < channels; c++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const firstY = max(oy * stride - top, 0)
      const lastY = min(oy * stride - top + sizeY, height)
      for (let ox = 0; ox < outWidth; ox++) {
        const firstX = max(ox * stride - left, 0)
        const lastX = min(ox * stride - left + sizeX, width)
        const t = rowAt(to, c, oy) + ox * bytes
        const factor = splat(1 / <f32>(area ? area : (lastY - firstY) * (lastX - firstX)))
        for (let l = 0; l < bytes; l += 16) {
          let sum = splat(0)
          for (let y = firstY; y < lastY; y++) {
            for (let x = firstX; x < lastX; x++) sum = f32x4.add(
              sum, v128.load(rowAt(from, c, y) + x * bytes + l))
          }
          v128.store(t + l, f32x4.mul(sum, factor))
        }
      }
    }
  }
}

/** to += the share of each window's gradient. */
export function averagePoolGradient(
  to: usize, gradient: usize, channels: i32, height: i32, width: i32, outHeight: i32, outWidth: i32,
  sizeY: i32, sizeX: i32, stride: i32, top: i32, left: i32, bytes: i32, area: i32,
): void {
  for (let c = 0; c < channels; c++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const firstY = max(oy * stride - top, 0)
      const lastY = min(oy * stride - top + sizeY, height)
      for (let ox = 0; ox < outWidth; ox++) {
        const firstX = max(ox * stride - left, 0)
        const lastX = min(ox * stride - left + sizeX, width)
        const g = rowAt(gradient, c, oy) + ox * bytes
        const factor = splat(1 / <f32>(area ? area : (lastY - firstY) * (lastX - firstX)))
        for (let l = 0; l < bytes; l += 16) {
          const v = v128.load(g + l)
          for (let y = firstY; y < lastY; y++) {
            for (let x = firstX; x < lastX; x++) {
              const t = rowAt(to, c, y) + x * bytes + l
              v128.store(t, madd(v, factor, v128.load(t)))
            }
          }
        }
      }
    }
  }
}
