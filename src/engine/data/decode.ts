/** Decoding: the bytes of a JPEG, PNG or other image file → RGB bytes of a square. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { FastResizeFilter, ResizeFit, Transformer } from '@napi-rs/image'
import { BenchError } from '../../shared/contract/errors.ts'
import { changedPixels, type Augmentations, type PixelDraw } from './augmentations.ts'
import { centreCrop, paddedWindow, randomCrop, type Crop, type CropDraw } from './crops.ts'
import { windowOf } from './geometry.ts'
import { withinPixels } from '../interchange/limits.ts'
import { exifOrientation } from './orientation.ts'
import { imageDefect } from './whole.ts'

/** The numbers of one image's augmentation, and its kind of crop. */
export interface ImageDraw extends CropDraw {
  readonly kind: Augmentations['crop']
  readonly pixels: PixelDraw
}

export interface DecodeRequest {
  readonly file: string
  /** Where the image lies in its file; null where it is all of it. */
  readonly part?: { readonly start: number; readonly length: number } | null
  /** Side of the square that comes out. */
  readonly size: number
  /** null: the centre crop of evaluation. */
  readonly draw: ImageDraw | null
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
  /** How it is stored: 1 upright, 2 to 8 turned or mirrored, as EXIF numbers them. */
  readonly orientation: number
}

/**
 * Size of an image as it is seen, after its EXIF orientation. Throws BenchError('bad-data') for what is no
 * whole image, or one of more pixels than allowed.
 */
export function lookAtImage(bytes: Uint8Array, file: string): ImageLook {
  const defect = imageDefect(bytes)
  if (defect !== null) throw new BenchError('bad-data', `${file} ${defect}`, file)
  const found = new Transformer(bytes).metadataSync(true)
  const { width, height, colorType } = found
  withinPixels(width, height, file)
  if (FLOATS.includes(colorType)) {
    throw new BenchError('bad-data', `${file} has floats for pixels; 8 and 16 bits a channel are read`, file)
  }
  const orientation = exifOrientation(bytes) ?? found.orientation ?? 1
  const size = orientation >= TURNED ? { width: height, height: width } : { width, height }
  return { ...size, orientation, gray: GRAYS.includes(colorType), wide: WIDE.includes(colorType) }
}

function upright(bytes: Uint8Array, orientation: number): Transformer {
  const image = new Transformer(bytes)
  return orientation > 1 ? image.rotate(orientation) : image
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
    const { width, height, wide, orientation } = lookAtImage(bytes, file)
    const raw: Uint8Array = await upright(bytes, orientation).rawPixels()
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

/** The part of an image that is decoded, and the size that it is brought to. */
function partOf(
  width: number,
  height: number,
  { size, draw, centre }: DecodeRequest,
): { crop: Crop; to: Size } {
  const square = { width: size, height: size }
  if (draw?.kind === 'resized') return { crop: randomCrop(width, height, draw), to: square }
  if (draw?.kind !== 'pad') return { crop: centreCrop(width, height, centre), to: square }
  const scale = size / Math.min(width, height)
  const to = { width: Math.round(width * scale), height: Math.round(height * scale) }
  return { crop: { x: 0, y: 0, width, height }, to }
}

interface Size {
  readonly width: number
  readonly height: number
}

/** Decodes, crops, resizes and augments. Throws BenchError('bad-data') naming the file. */
export function decodeImage(bytes: Uint8Array, request: DecodeRequest): Uint8Array {
  const { size, draw, file } = request
  try {
    const { width, height, wide, orientation } = lookAtImage(bytes, file)
    const image = upright(bytes, orientation)
    const { crop, to } = partOf(width, height, request)
    // In one chain the library would resize first and crop after, whatever the order of the calls.
    const raw = image.crop(crop.x, crop.y, crop.width, crop.height).rawPixelsSync()
    const part = wide ? narrowed(raw) : raw
    const pixels = Transformer.fromRgbaPixels(toRgba(part, crop.width * crop.height), crop.width, crop.height)
      .fastResize({ ...to, fit: ResizeFit.Fill, filter: FastResizeFilter.Bilinear })
      .rawPixelsSync()
    const rgb = toRgb(pixels, to.width * to.height)
    if (!draw) return rgb
    const place = draw.kind === 'pad' ? paddedWindow(to.width, to.height, size, draw) : { x: 0, y: 0, ...to }
    const cut =
      draw.kind === 'pad' || draw.flip ? windowOf(rgb, [to.height, to.width, 3], place, draw.flip) : rgb
    return changedPixels(cut, [size, size, 3], draw.pixels)
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
