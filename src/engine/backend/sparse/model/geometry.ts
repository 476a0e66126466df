/**
 * Where a value lies in a thread's memory: an image [channels][height][width][lanes] with a halo around
 * each channel, lanes being the thread's examples, so that a weight multiplies a run of numbers. A vector
 * is an image of one place.
 */
import type { Shape } from '../../../../shared/graph/types.ts'

export interface Halo {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
  /** Filled with the other side; otherwise zeros, which nobody writes. */
  readonly circular: boolean
}

export interface Geometry extends Halo {
  readonly channels: number
  readonly height: number
  readonly width: number
}

/** A place in memory; all in bytes. */
export interface Image {
  readonly geometry: Geometry
  /** Address of the first place inside the halo: of a thread's region, or absolute. */
  readonly at: number
  readonly plane: number
  readonly row: number
}

export const NO_HALO: Halo = { top: 0, bottom: 0, left: 0, right: 0, circular: false }

export const FLOAT = 4

/**
 * Channels, height and width of a value of that shape: a sequence [time, features] is an image of one row, a
 * place a token. Null where it is neither vector, sequence nor image.
 */
export function extentOf(shape: Shape): { channels: number; height: number; width: number } | null {
  if (shape.length === 1) return { channels: shape[0], height: 1, width: 1 }
  if (shape.length === 2) return { channels: shape[1], height: 1, width: shape[0] }
  if (shape.length === 3) return { channels: shape[2], height: shape[0], width: shape[1] }
  return null
}

/** Large enough for both halos. Throws where one is circular and the other holds zeros. */
export function unionHalo(a: Halo, b: Halo): Halo {
  if (isEmpty(a)) return b
  if (isEmpty(b)) return a
  if (a.circular !== b.circular) throw new Error('one value is padded with zeros and circularly')
  return {
    top: Math.max(a.top, b.top),
    bottom: Math.max(a.bottom, b.bottom),
    left: Math.max(a.left, b.left),
    right: Math.max(a.right, b.right),
    circular: a.circular,
  }
}

export function isEmpty({ top, bottom, left, right }: Halo): boolean {
  return top + bottom + left + right === 0
}

/** Bytes of a line of the cache, and of planes below which it makes no difference where they begin. */
const LINE = 64
const SMALL_PLANE = 2048

/**
 * Bytes from a channel to the next: an odd number of lines, so that the same place of all channels, which
 * products read together, lies in different sets of the cache.
 */
function planeBytes({ height, width, top, bottom, left, right }: Geometry, place: number): number {
  const bytes = (top + height + bottom) * (left + width + right) * place
  if (bytes < SMALL_PLANE) return bytes
  const lines = Math.ceil(bytes / LINE)
  return (lines + 1 - (lines % 2)) * LINE
}

/** Bytes of an image, halos included; `place` bytes a place. */
export function bytesOf(geometry: Geometry, place: number): number {
  return geometry.channels * planeBytes(geometry, place)
}

/** The image that begins at an address. */
export function imageAt(start: number, geometry: Geometry, place: number): Image {
  const row = (geometry.left + geometry.width + geometry.right) * place
  const plane = planeBytes(geometry, place)
  return { geometry, at: start + geometry.top * row + geometry.left * place, plane, row }
}

/** Images of one key can use each other's memory. */
export function geometryKey(g: Geometry): string {
  return [g.channels, g.height, g.width, g.top, g.bottom, g.left, g.right, g.circular].join()
}
