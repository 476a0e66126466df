/** Matrices and kernels as pixels, and pixels as PNG. */
import { zlibSync } from 'fflate'
import type { MatrixPicture } from '../../shared/laboratory/types.ts'
import type { KernelShape } from '../initialization/kernel-shape.ts'

/** Largest side of the whole picture, in pixels. */
export const MOST_PIXELS = 512

interface Tiles {
  readonly down: number
  readonly across: number
  readonly rows: number
  readonly cols: number
  /** Index in the kernel of an entry of a tile. */
  readonly at: (tile: number, row: number, col: number) => number
}

/** A depthwise kernel is shown as one matrix [channels, taps]: its tiles would be single columns. */
function tilesOf({ height, width, inputs, outputs, channels, depthwise }: KernelShape): Tiles {
  if (depthwise) {
    const at = (_: number, row: number, col: number): number => col * channels + row
    return { down: 1, across: 1, rows: channels, cols: height * width, at }
  }
  const size = inputs * outputs
  const at = (tile: number, row: number, col: number): number => tile * size + row * outputs + col
  return { down: height, across: width, rows: inputs, cols: outputs, at }
}

/**
 * The picture of a kernel's values and mask. Where a tile has more entries than there are pixels for it, a
 * pixel has the entry of the largest size of its block, so that no nonzero is lost, and the share of the
 * block that is kept.
 */
export function pictureOf(shape: KernelShape, values: Float64Array, mask: Uint8Array): MatrixPicture {
  const { down, across, rows: tileRows, cols: tileCols, at } = tilesOf(shape)
  const rows = Math.min(tileRows, Math.max(1, Math.floor(MOST_PIXELS / down)))
  const cols = Math.min(tileCols, Math.max(1, Math.floor(MOST_PIXELS / across)))
  let scale = 0
  for (const value of values) if (Math.abs(value) > scale) scale = Math.abs(value)
  const shades = new Int8Array(down * across * rows * cols)
  const kept = new Uint8Array(shades.length)
  let pixel = 0
  for (let tile = 0; tile < down * across; tile++) {
    for (let row = 0; row < rows; row++) {
      const top = Math.floor((row * tileRows) / rows)
      const bottom = Math.floor(((row + 1) * tileRows) / rows)
      for (let col = 0; col < cols; col++, pixel++) {
        const left = Math.floor((col * tileCols) / cols)
        const right = Math.floor(((col + 1) * tileCols) / cols)
        let largest = 0
        let ones = 0
        for (let i = top; i < bottom; i++) {
          for (let j = left; j < right; j++) {
            const entry = at(tile, i, j)
            if (Math.abs(values[entry]) > Math.abs(largest)) largest = values[entry]
            ones += mask[entry]
          }
        }
        shades[pixel] = scale > 0 ? Math.round((127 * largest) / scale) : 0
        kept[pixel] = Math.round((255 * ones) / ((bottom - top) * (right - left)))
      }
    }
  }
  return {
    tilesDown: down,
    tilesAcross: across,
    rows,
    cols,
    tileRows,
    tileCols,
    scale,
    values: shades,
    mask: kept,
  }
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff
  for (const byte of bytes) c = CRC[(c ^ byte) & 255] ^ (c >>> 8)
  return (c ^ 0xffffffff) >>> 0
}

function chunk(kind: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.length)
  for (let k = 0; k < 4; k++) bytes[4 + k] = kind.charCodeAt(k)
  bytes.set(data, 8)
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)))
  return bytes
}

/** A PNG file (8 bits a channel) of RGB pixels, row-major. */
export function writePng(rgb: Uint8Array, width: number, height: number): Uint8Array {
  if (rgb.length !== 3 * width * height)
    throw new Error(`png: ${rgb.length} bytes for ${width} × ${height} pixels`)
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header[8] = 8
  header[9] = 2
  const lines = new Uint8Array(height * (3 * width + 1))
  for (let y = 0; y < height; y++)
    lines.set(rgb.subarray(3 * width * y, 3 * width * (y + 1)), y * (3 * width + 1) + 1)
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    chunk('IDAT', zlibSync(lines)),
    chunk('IEND', new Uint8Array(0)),
  ]
  const file = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let offset = 0
  for (const part of parts) {
    file.set(part, offset)
    offset += part.length
  }
  return file
}
