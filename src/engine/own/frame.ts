/**
 * Frames between the bench and a method's process: the length of a JSON header (4 bytes), the header, the
 * bytes of the arrays that it lists. Little endian throughout.
 */
import { sizeOf } from '../../shared/graph/shapes.ts'
import type { OwnArray, OwnArrays, OwnReply } from './types.ts'

const TYPES = {
  f8: { bytes: 8, of: (buffer: ArrayBuffer) => new Float64Array(buffer) },
  f4: { bytes: 4, of: (buffer: ArrayBuffer) => new Float32Array(buffer) },
  u1: { bytes: 1, of: (buffer: ArrayBuffer) => new Uint8Array(buffer) },
} as const

interface Entry {
  readonly name: string
  readonly type: keyof typeof TYPES
  readonly shape: readonly number[]
}

function typeOf({ data }: OwnArray): Entry['type'] {
  if (data instanceof Float64Array) return 'f8'
  return data instanceof Float32Array ? 'f4' : 'u1'
}

/** The parts of a frame, in the order in which they are written; arrays are not copied. */
export function frameParts(header: object, arrays: OwnArrays = new Map()): Uint8Array[] {
  const entries = [...arrays].map(([name, array]) => ({ name, type: typeOf(array), shape: array.shape }))
  const text = new TextEncoder().encode(JSON.stringify({ ...header, arrays: entries }))
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, text.length, true)
  const data = [...arrays.values()].map(
    ({ data: { buffer, byteOffset, byteLength } }) => new Uint8Array(buffer, byteOffset, byteLength),
  )
  return [length, text, ...data]
}

/** Longest header that is believed: more is no frame but something else on the line. */
const MOST_HEADER = 2 ** 26

/** Puts frames together from what comes in pieces. */
export class FrameReader {
  readonly #onFrame: (reply: OwnReply) => void
  #chunks: Uint8Array[] = []
  #held = 0
  /** What is waited for: a length, a header, the arrays of a header. */
  #state:
    | { readonly wait: 'length' }
    | { readonly wait: 'header'; readonly bytes: number }
    | { readonly wait: 'arrays'; readonly bytes: number; readonly header: Record<string, unknown> } = {
    wait: 'length',
  }

  constructor(onFrame: (reply: OwnReply) => void) {
    this.#onFrame = onFrame
  }

  /** Takes the next bytes. Throws an error where they can be no frame. */
  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#held += chunk.length
    for (;;) {
      const needed = this.#state.wait === 'length' ? 4 : this.#state.bytes
      if (this.#held < needed) return
      this.#advance(this.#take(needed))
    }
  }

  #advance(bytes: Uint8Array): void {
    const state = this.#state
    if (state.wait === 'length') {
      const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
      if (length > MOST_HEADER) throw new Error('the bytes are no frame')
      this.#state = { wait: 'header', bytes: length }
    } else if (state.wait === 'header') {
      const header = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>
      const entries = (header['arrays'] ?? []) as Entry[]
      const size = entries.reduce((sum, { type, shape }) => sum + TYPES[type].bytes * sizeOf(shape), 0)
      this.#state = { wait: 'arrays', bytes: size, header }
    } else {
      this.#state = { wait: 'length' }
      this.#onFrame({ header: state.header, arrays: arraysOf(state.header, bytes) })
    }
  }

  /** The next bytes of those held, in one piece. */
  #take(count: number): Uint8Array {
    const taken = new Uint8Array(count)
    let at = 0
    let used = 0
    for (const chunk of this.#chunks) {
      if (at === count) break
      const part = chunk.subarray(0, count - at)
      taken.set(part, at)
      at += part.length
      if (part.length < chunk.length) {
        this.#chunks[used] = chunk.subarray(part.length)
        break
      }
      used++
    }
    this.#chunks.splice(0, used)
    this.#held -= count
    return taken
  }
}

function arraysOf(header: Readonly<Record<string, unknown>>, bytes: Uint8Array): OwnArrays {
  let at = 0
  return new Map(
    ((header['arrays'] ?? []) as Entry[]).map(({ name, type, shape }) => {
      const size = TYPES[type].bytes * sizeOf(shape)
      const data = TYPES[type].of(Uint8Array.from(bytes.subarray(at, at + size)).buffer)
      at += size
      return [name, { shape, data }]
    }),
  )
}
