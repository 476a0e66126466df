/** Decoding: the bytes of a JPEG, PNG or other image file → RGB bytes of a square. */
import { FastResizeFilter, ResizeFit, Transformer } from '@napi-rs/image'
import { BenchError } from '../../shared/contract/errors.ts'
import { centreCrop, randomCrop, type CropDraw } from './crops.ts'

export interface DecodeRequest {
  readonly file: string
  /** Side of the square that comes out. */
  readonly size: number
  /** null: the centre crop of evaluation. */
  readonly draw: CropDraw | null
  /** Fraction of the short side that the centre crop takes. */
  readonly centre: number
}

/** Gray, gray with alpha, RGB or RGBA bytes → RGB; alpha is left out. */
export function toRgb(pixels: Uint8Array, count: number): Uint8Array {
  const channels = pixels.length / count
  if (channels === 3) return pixels
  const rgb = new Uint8Array(count * 3)
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = pixels[i * channels + (channels < 3 ? 0 : c)]
  }
  return rgb
}

/** Gray, gray with alpha or RGB bytes → opaque RGBA. */
function toRgba(pixels: Uint8Array, count: number): Uint8Array {
  const channels = pixels.length / count
  if (channels === 4) return pixels
  const rgba = new Uint8Array(count * 4).fill(255)
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = pixels[i * channels + (channels < 3 ? 0 : c)]
  }
  return rgba
}

function flipRows(rgb: Uint8Array, size: number): void {
  for (let y = 0; y < size; y++) {
    for (let left = 0, right = size - 1; left < right; left++, right--) {
      for (let c = 0; c < 3; c++) {
        const a = (y * size + left) * 3 + c
        const b = (y * size + right) * 3 + c
        const swap = rgb[a]
        rgb[a] = rgb[b]
        rgb[b] = swap
      }
    }
  }
}

/** Luma of ITU-R 601, which colour jitter blends with. */
const luma = (rgb: Uint8Array, at: number): number =>
  0.299 * rgb[at] + 0.587 * rgb[at + 1] + 0.114 * rgb[at + 2]

/**
 * Brightness, then contrast around the mean luma, then saturation around each pixel's luma; clamped to bytes
 * each time.
 */
export function jitterColours(rgb: Uint8Array, [brightness, contrast, saturation]: CropDraw['jitter']): void {
  const store = Uint8ClampedArray.of(0)
  const clamp = (value: number): number => {
    store[0] = value
    return store[0]
  }
  let mean = 0
  for (let i = 0; i < rgb.length; i++) rgb[i] = clamp(rgb[i] * brightness)
  for (let i = 0; i < rgb.length; i += 3) mean += luma(rgb, i)
  mean /= rgb.length / 3
  for (let i = 0; i < rgb.length; i++) rgb[i] = clamp(mean + (rgb[i] - mean) * contrast)
  for (let i = 0; i < rgb.length; i += 3) {
    const gray = luma(rgb, i)
    for (let c = 0; c < 3; c++) rgb[i + c] = clamp(gray + (rgb[i + c] - gray) * saturation)
  }
}

/** Decodes, crops, resizes and augments. Throws BenchError('bad-data') naming the file. */
export function decodeImage(bytes: Uint8Array, request: DecodeRequest): Uint8Array {
  const { size, draw, file } = request
  try {
    const image = new Transformer(bytes)
    const { width, height } = image.metadataSync()
    const crop = draw ? randomCrop(width, height, draw) : centreCrop(width, height, request.centre)
    // In one chain the library would resize first and crop after, whatever the order of the calls.
    const part = image.crop(crop.x, crop.y, crop.width, crop.height).rawPixelsSync()
    const pixels = Transformer.fromRgbaPixels(toRgba(part, crop.width * crop.height), crop.width, crop.height)
      .fastResize({ width: size, height: size, fit: ResizeFit.Fill, filter: FastResizeFilter.Bilinear })
      .rawPixelsSync()
    const rgb = toRgb(pixels, size * size)
    if (draw?.flip) flipRows(rgb, size)
    if (draw && draw.jitter.some((factor) => factor !== 1)) jitterColours(rgb, draw.jitter)
    return rgb
  } catch (cause) {
    throw new BenchError('bad-data', `${file}: cannot be decoded as an image (${String(cause)})`, file, {
      cause,
    })
  }
}
