/**
 * How messages lie on a line: `length (4 bytes, big-endian) · kind (1 byte) · body`, the length counting kind
 * and body. A line begins with MAGIC, so that what a login shell prints before it can be told apart.
 */
import { BenchError } from '../../shared/contract/errors.ts'

export const MAGIC = Buffer.from('\u0001givens-bench line\n')
export const KINDS = { hello: 0, message: 1, chunk: 2, beat: 3 } as const

/** Longer frames are a fault, or no line of ours. */
const MOST_BYTES = 512 * 1024 * 1024
/** What may stand before the magic: a banner, a greeting. */
const MOST_NOISE = 256 * 1024

export interface Frame {
  readonly kind: number
  readonly body: Buffer
}

export function frameOf(kind: number, body: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(body.byteLength + 1)
  head[4] = kind
  return Buffer.concat([head, body])
}

/** A piece of a file: the number of its stream before its bytes. */
export function chunkFrame(stream: number, bytes: Uint8Array): Buffer {
  const number = Buffer.alloc(4)
  number.writeUInt32BE(stream)
  return frameOf(KINDS.chunk, Buffer.concat([number, bytes]))
}

/** Frames out of pieces as they come; gives those that are whole. */
export class FrameReader {
  #pieces: Buffer[] = []
  #length = 0
  #begun: boolean

  /** `magic`: whether the line begins with it, with noise before it. */
  constructor(magic: boolean) {
    this.#begun = !magic
  }

  /** @throws BenchError `bad-file` for what is no line of ours. */
  *push(piece: Buffer): Generator<Frame> {
    this.#pieces.push(piece)
    this.#length += piece.byteLength
    if (!this.#begun && !this.#findMagic()) return
    for (;;) {
      if (this.#length < 5) return
      const head = this.#peek(5)
      const length = head.readUInt32BE(0)
      if (length < 1 || length > MOST_BYTES)
        throw new BenchError('bad-file', 'What came over the line is not of this program.', 'line')
      if (this.#length < 4 + length) return
      const whole = this.#peek(4 + length)
      this.#drop(4 + length)
      yield { kind: whole[4], body: whole.subarray(5) }
    }
  }

  #findMagic(): boolean {
    const all = this.#peek(this.#length)
    const at = all.indexOf(MAGIC)
    if (at !== -1) {
      this.#drop(at + MAGIC.byteLength)
      this.#begun = true
      return true
    }
    if (this.#length > MOST_NOISE)
      throw new BenchError('bad-file', 'No lab answers there; something else writes to the line.', 'line')
    return false
  }

  /** The first bytes, joined once. */
  #peek(bytes: number): Buffer {
    if (this.#pieces[0].byteLength < bytes) this.#pieces = [Buffer.concat(this.#pieces)]
    return this.#pieces[0].subarray(0, bytes)
  }

  #drop(bytes: number): void {
    this.#length -= bytes
    const rest = this.#pieces[0].subarray(bytes)
    this.#pieces = rest.byteLength === 0 ? this.#pieces.slice(1) : [rest, ...this.#pieces.slice(1)]
  }
}
