/** Writes tapes: the records that runTape of the kernels reads. */
import type { Image } from './geometry.ts'
import { INSTRUCTIONS, type FieldKind, type InstructionName } from './instructions.ts'

type FieldValue<Kind extends FieldKind> = Kind extends 'image' ? Image : number

/** What a record of the table is written from. */
export type RecordFields<Name extends InstructionName> = {
  readonly [Field in keyof (typeof INSTRUCTIONS)[Name]['fields']]: FieldValue<
    (typeof INSTRUCTIONS)[Name]['fields'][Field] & FieldKind
  >
}

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

  /** A record of the table of instructions; addresses of images count from `base`. */
  write<Name extends InstructionName>(name: Name, base: number, fields: RecordFields<Name>): void {
    const { opcode, fields: kinds } = INSTRUCTIONS[name]
    const given: Readonly<Record<string, Image | number>> = fields
    const words = Object.entries<FieldKind>(kinds).flatMap(([field, kind]) => {
      const value = given[field]
      if (typeof value !== 'number') return imageWords(value, base)
      return kind === 'real' ? this.real(value) : value
    })
    this.record(opcode, ...words)
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
