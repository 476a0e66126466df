/** Decoding: the bytes of a JPEG, PNG or other image file → RGB bytes of a square. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { FastResizeFilter, ResizeFit, Transformer } from '@napi-rs/image'
import { BenchError } from '../../shared/contract/errors.ts'
import { centreCrop, randomCrop, type CropDraw } from './crops.ts'
import { withinPixels } from '../interchange/limits.ts'
import { imageDefect } from './whole.ts'

export interface DecodeRequest {
  readonly file: string
  /** Where the image lies in its file; null where it is all of it. */
  readonly part?: { readonly start: number; readonly length: number } | null
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

/** Colour types of 16 bits a channel, and of floats. */
const WIDE = [4, 5, 6, 7]
const FLOATS = [8, 9]
const GRAYS = [0, 1, 4, 5]
/** Orientations of EXIF from which on rows become columns. */
const TURNED = 5

/** 16-bit samples (of this machine's byte order) → their high bytes. */
function narrowed(pixels: Uint8Array): Uint8Array {
  const samples = new Uint16Array(pixels.slice().buffer)
  return Uint8Array.from(samples, (sample) => sample >> 8)
}

/** What an image file says of itself. */
export interface ImageLook {
  readonly width: number
  readonly height: number
  /** 16 bits a channel: decoded to the high 8. */
  readonly wide: boolean
  readonly gray: boolean
  /** Not stored upright. */
  readonly oriented: boolean
}

/**
 * Size of an image as it is seen, after its EXIF orientation. Throws BenchError('bad-data') for what is no
 * whole image, or one of more pixels than allowed.
 */
export function lookAtImage(bytes: Uint8Array, file: string): ImageLook {
  const defect = imageDefect(bytes)
  if (defect !== null) throw new BenchError('bad-data', `${file} ${defect}`, file)
  const { width, height, orientation, colorType } = new Transformer(bytes).metadataSync(true)
  withinPixels(width, height, file)
  if (FLOATS.includes(colorType)) {
    throw new BenchError('bad-data', `${file} has floats for pixels; 8 and 16 bits a channel are read`, file)
  }
  const turned = (orientation ?? 1) >= TURNED
  const oriented = (orientation ?? 1) > 1
  const size = turned ? { width: height, height: width } : { width, height }
  return { ...size, oriented, gray: GRAYS.includes(colorType), wide: WIDE.includes(colorType) }
}

/** An image as it is, upright, 8 bits a channel. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly pixels: Uint8Array
}

/** Decodes without any change of size. Throws BenchError('bad-data') naming the file. */
export async function decodePixels(bytes: Uint8Array, file: string): Promise<Pixels> {
  return decoding(file, async () => {
    const { width, height, wide, oriented } = lookAtImage(bytes, file)
    const image = new Transformer(bytes)
    const raw: Uint8Array = await (oriented ? image.rotate() : image).rawPixels()
    const pixels = wide ? narrowed(raw) : raw
    return { width, height, channels: pixels.length / (width * height), pixels }
  })
}

async function decoding<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw undecodable(file, cause)
  }
}

function undecodable(file: string, cause: unknown): BenchError {
  if (cause instanceof BenchError) return cause
  return new BenchError('bad-data', `${file}: cannot be decoded as an image (${String(cause)})`, file, {
    cause,
  })
}

/** Decodes, crops, resizes and augments. Throws BenchError('bad-data') naming the file. */
export function decodeImage(bytes: Uint8Array, request: DecodeRequest): Uint8Array {
  const { size, draw, file } = request
  try {
    const { width, height, wide, oriented } = lookAtImage(bytes, file)
    const image = oriented ? new Transformer(bytes).rotate() : new Transformer(bytes)
    const crop = draw ? randomCrop(width, height, draw) : centreCrop(width, height, request.centre)
    // In one chain the library would resize first and crop after, whatever the order of the calls.
    const raw = image.crop(crop.x, crop.y, crop.width, crop.height).rawPixelsSync()
    const part = wide ? narrowed(raw) : raw
    const pixels = Transformer.fromRgbaPixels(toRgba(part, crop.width * crop.height), crop.width, crop.height)
      .fastResize({ width: size, height: size, fit: ResizeFit.Fill, filter: FastResizeFilter.Bilinear })
      .rawPixelsSync()
    const rgb = toRgb(pixels, size * size)
    if (draw?.flip) flipRows(rgb, size)
    if (draw && draw.jitter.some((factor) => factor !== 1)) jitterColours(rgb, draw.jitter)
    return rgb
  } catch (cause) {
    throw undecodable(file, cause)
  }
}

/** The bytes that a request asks to decode. */
export function bytesOfRequest({ file, part }: DecodeRequest): Uint8Array {
  if (!part) return readFileSync(file)
  const bytes = new Uint8Array(part.length)
  const handle = openSync(file, 'r')
  try {
    readSync(handle, bytes, 0, part.length, part.start)
  } finally {
    closeSync(handle)
  }
  return bytes
}
