/** Memory that was handed out: bytes [from, to). */
export interface Piece {
  readonly from: number
  readonly to: number
}

/** Hands out addresses one after the other, and never takes one back. */
export class Arena {
  #next: number
  readonly #pieces: Piece[] = []

  constructor(start: number) {
    this.#next = align(start)
  }

  /** First free address. */
  get end(): number {
    return this.#next
  }

  /** All that was handed out so far, in the order of addresses. */
  get pieces(): readonly Piece[] {
    return this.#pieces
  }

  /** Address of `bytes` free bytes, a multiple of 64. */
  take(bytes: number): number {
    const at = this.#next
    this.#next = align(at + bytes)
    this.#pieces.push({ from: at, to: at + bytes })
    return at
  }
}

function align(address: number): number {
  return Math.ceil(address / 64) * 64
}
