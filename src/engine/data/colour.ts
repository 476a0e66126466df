/** Changes of an image's colours, in place, of bytes of 1 or 3 channels (height × width × channels). */
import { reflect } from './reflect.ts'

/** Rounds and clamps to bytes, half to even, as stores of clamped bytes do. */
function bytes(): (value: number) => number {
  const store = Uint8ClampedArray.of(0)
  return (value) => {
    store[0] = value
    return store[0]
  }
}

/** Luma of ITU-R 601, which colour jitter blends with. */
const luma = (rgb: Uint8Array, at: number): number =>
  0.299 * rgb[at] + 0.587 * rgb[at + 1] + 0.114 * rgb[at + 2]

/** Factors of brightness, contrast and saturation; 1 changes nothing. */
export type Jitter = readonly [number, number, number]

/**
 * Brightness, then contrast around the mean luma, then saturation around each pixel's luma; clamped to bytes
 * each time.
 */
export function jitterColours(
  pixels: Uint8Array,
  [brightness, contrast, saturation]: Jitter,
  channels = 3,
): void {
  const clamp = bytes()
  const count = pixels.length / channels
  const lumaAt = (at: number): number => (channels === 3 ? luma(pixels, at) : pixels[at])
  let mean = 0
  for (let i = 0; i < pixels.length; i++) pixels[i] = clamp(pixels[i] * brightness)
  for (let i = 0; i < pixels.length; i += channels) mean += lumaAt(i)
  mean /= count
  for (let i = 0; i < pixels.length; i++) pixels[i] = clamp(mean + (pixels[i] - mean) * contrast)
  if (channels !== 3) return
  for (let i = 0; i < pixels.length; i += 3) {
    const gray = luma(pixels, i)
    for (let c = 0; c < 3; c++) pixels[i + c] = clamp(gray + (pixels[i + c] - gray) * saturation)
  }
}

/** Turns the hue of every RGB pixel by a share of the circle, in [−½, ½], by way of HSV. */
export function turnHue(rgb: Uint8Array, turn: number): void {
  const clamp = bytes()
  for (let i = 0; i < rgb.length; i += 3) {
    const [r, g, b] = [rgb[i], rgb[i + 1], rgb[i + 2]]
    const value = Math.max(r, g, b)
    const range = value - Math.min(r, g, b)
    if (range === 0) continue
    const sector = value === r ? (g - b) / range : value === g ? 2 + (b - r) / range : 4 + (r - g) / range
    const hue = (((sector / 6 + turn) % 1) + 1) % 1
    // A channel's distance from the value: by how far the hue is from where the channel is largest.
    ;[5, 3, 1].forEach((from, c) => {
      const k = (from + 6 * hue) % 6
      rgb[i + c] = clamp(value - range * Math.max(0, Math.min(k, 4 - k, 1)))
    })
  }
}

/** Every RGB pixel becomes its luma. */
export function toGrayscale(rgb: Uint8Array): void {
  const clamp = bytes()
  for (let i = 0; i < rgb.length; i += 3) rgb.fill(clamp(luma(rgb, i)), i, i + 3)
}

const WHITE = 255
const SOLARIZED_FROM = 128

/** Inverts the bytes from 128 on. */
export function solarize(pixels: Uint8Array): void {
  for (let i = 0; i < pixels.length; i++) if (pixels[i] >= SOLARIZED_FROM) pixels[i] = WHITE - pixels[i]
}

/**
 * Blurs with a Gaussian of a standard deviation in pixels, cut at three deviations, the image reflected at
 * its borders.
 */
export function blur(
  pixels: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
  deviation: number,
): void {
  const reach = Math.max(1, Math.ceil(3 * deviation))
  const weights = Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-(((k - reach) / deviation) ** 2) / 2),
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const rows = new Float64Array(pixels.length)
  const along = (from: ArrayLike<number>, base: number, at: number, length: number, step: number): number => {
    let sum = 0
    for (let k = -reach; k <= reach; k++)
      sum += weights[k + reach] * from[base + reflect(at + k, length) * step]
    return sum / total
  }
  const clamp = bytes()
  const line = width * channels
  for (let i = 0; i < pixels.length; i++) {
    const column = i % line
    rows[i] = along(pixels, i - column + (column % channels), Math.floor(column / channels), width, channels)
  }
  for (let i = 0; i < pixels.length; i++)
    pixels[i] = clamp(along(rows, i % line, Math.floor(i / line), height, line))
}
