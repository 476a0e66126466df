/** Hands out addresses one after the other, and never takes one back. */
export class Arena {
  #next: number

  constructor(start: number) {
    this.#next = align(start)
  }

  /** First free address. */
  get end(): number {
    return this.#next
  }

  /** Address of `bytes` free bytes, a multiple of 64. */
  take(bytes: number): number {
    const at = this.#next
    this.#next = align(at + bytes)
    return at
  }
}

function align(address: number): number {
  return Math.ceil(address / 64) * 64
}
