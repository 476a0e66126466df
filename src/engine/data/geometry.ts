/** Images turned, cut and resized: bytes in, bytes out, height × width × channels. */
import { reflect } from './reflect.ts'

export type ImageShape = readonly [number, number, number]

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * The image turned about its centre by an angle in degrees, counter-clockwise; each pixel is the nearest of
 * the image, and 0 outside of it.
 */
export function rotated(
  pixels: Uint8Array,
  [height, width, channels]: ImageShape,
  degrees: number,
): Uint8Array {
  const angle = (degrees * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const out = new Uint8Array(pixels.length)
  for (let row = 0; row < height; row++) {
    const y = row + 0.5 - height / 2
    for (let column = 0; column < width; column++) {
      const x = column + 0.5 - width / 2
      const fromX = Math.round(x * cos - y * sin + width / 2 - 0.5)
      const fromY = Math.round(x * sin + y * cos + height / 2 - 0.5)
      if (fromX < 0 || fromX >= width || fromY < 0 || fromY >= height) continue
      const from = (fromY * width + fromX) * channels
      out.set(pixels.subarray(from, from + channels), (row * width + column) * channels)
    }
  }
  return out
}

/** The window of a size whose first pixel is at a row and column, reflected where it leaves the image. */
export function windowOf(
  pixels: Uint8Array,
  [height, width, channels]: ImageShape,
  { x, y, width: wide, height: high }: Rectangle,
  flip: boolean,
): Uint8Array {
  const out = new Uint8Array(high * wide * channels)
  for (let row = 0; row < high; row++) {
    const line = reflect(y + row, height) * width
    for (let column = 0; column < wide; column++) {
      const from = (line + reflect(x + (flip ? wide - 1 - column : column), width)) * channels
      const to = (row * wide + column) * channels
      for (let c = 0; c < channels; c++) out[to + c] = pixels[from + c]
    }
  }
  return out
}

/** A part of an image brought to another size, bilinear between the centres of its pixels. */
export function resized(
  pixels: Uint8Array,
  [, width, channels]: ImageShape,
  part: Rectangle,
  [high, wide]: readonly [number, number],
): Uint8Array {
  const out = new Uint8ClampedArray(high * wide * channels)
  const between = (at: number, from: number, to: number): [number, number, number] => {
    const place = Math.min(Math.max((at + 0.5) * (from / to) - 0.5, 0), from - 1)
    const low = Math.floor(place)
    return [low, Math.min(low + 1, from - 1), place - low]
  }
  for (let row = 0; row < high; row++) {
    const [top, bottom, down] = between(row, part.height, high)
    for (let column = 0; column < wide; column++) {
      const [left, right, across] = between(column, part.width, wide)
      const at = (y: number, x: number, c: number): number =>
        pixels[((part.y + y) * width + part.x + x) * channels + c]
      for (let c = 0; c < channels; c++) {
        const upper = at(top, left, c) * (1 - across) + at(top, right, c) * across
        const lower = at(bottom, left, c) * (1 - across) + at(bottom, right, c) * across
        out[(row * wide + column) * channels + c] = upper * (1 - down) + lower * down
      }
    }
  }
  return new Uint8Array(out.buffer)
}
