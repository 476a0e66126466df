/** Writes tapes: the records that runTape of the kernels reads. */
import type { Image } from './geometry.ts'

export class Tape {
  #words = new Int32Array(1024)
  #length = 0
  readonly #real = new Float32Array(1)
  readonly #bits = new Int32Array(this.#real.buffer)

  /** Begins a record; `finish` ends it. */
  record(opcode: number, ...words: readonly number[]): void {
    const size = words.length + 2
    if (this.#length + size > this.#words.length) {
      const larger = new Int32Array(this.#words.length * 2)
      larger.set(this.#words)
      this.#words = larger
    }
    this.#words[this.#length] = opcode
    this.#words[this.#length + 1] = size
    for (let i = 0; i < words.length; i++) this.#words[this.#length + 2 + i] = words[i]
    this.#length += size
  }

  /** The word that holds a float32. */
  real(value: number): number {
    this.#real[0] = value
    return this.#bits[0]
  }

  get words(): Int32Array {
    return this.#words.subarray(0, this.#length)
  }
}

/** The three words of an image whose addresses count from `base`. */
export function imageWords({ at, plane, row }: Image, base: number): [number, number, number] {
  return [base + at, plane, row]
}
