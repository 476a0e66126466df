/**
 * Gradients of values while a tape is written: which buffer holds which, and who still reads it. Buffers go
 * back to a pool, so that a deep network needs but a few; the same layers in the same order get the same
 * addresses.
 */
import type { Arena } from '../plan/arena.ts'
import { bytesOf, geometryKey, imageAt, type Geometry, type Image } from '../model/geometry.ts'

interface Buffer {
  readonly image: Image
  readonly key: string
  readers: number
}

export class Gradients {
  readonly #arena: Arena
  readonly #place: number
  readonly #free = new Map<string, Buffer[]>()
  readonly #held = new Map<string, Buffer>()

  constructor(arena: Arena, place: number) {
    this.#arena = arena
    this.#place = place
  }

  get(value: string): Image | null {
    return this.#held.get(value)?.image ?? null
  }

  owned(value: string): boolean {
    return this.#held.get(value)?.readers === 1
  }

  /** A new buffer for a value. What it held before has one reader less. */
  make(value: string, geometry: Geometry): Image {
    const old = this.#held.get(value)
    const key = geometryKey(geometry)
    const free = this.#free.get(key)?.pop()
    const buffer = free ?? { image: this.#new(geometry), key, readers: 0 }
    buffer.readers = 1
    this.#held.set(value, buffer)
    if (old) this.#drop(old)
    return buffer.image
  }

  /**
   * Lets another value read the same buffer. False when it has a gradient already, or needs other
   * borders.
   */
  share(from: string, to: string, geometry: Geometry): boolean {
    const buffer = this.#held.get(from)
    if (!buffer || this.#held.has(to) || geometryKey(geometry) !== buffer.key) return false
    buffer.readers++
    this.#held.set(to, buffer)
    return true
  }

  release(value: string): void {
    const buffer = this.#held.get(value)
    if (!buffer) return
    this.#held.delete(value)
    this.#drop(buffer)
  }

  #drop(buffer: Buffer): void {
    buffer.readers--
    if (buffer.readers > 0) return
    const free = this.#free.get(buffer.key)
    if (free) free.push(buffer)
    else this.#free.set(buffer.key, [buffer])
  }

  #new(geometry: Geometry): Image {
    return imageAt(this.#arena.take(bytesOf(geometry, this.#place)), geometry, this.#place)
  }
}
