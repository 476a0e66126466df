/** Writes tapes: the records that runTape of the kernels reads. */
import {
  INSTRUCTION_NAMES,
  INSTRUCTIONS,
  type InstructionName,
  type PlacedImage,
  type RecordFields,
} from './index.ts'
import { FIELD_WORDS, type FieldKind, type Instruction } from './types.ts'

/** An instruction as it is written. */
interface Form {
  readonly opcode: number
  readonly words: number
  readonly fields: readonly (readonly [name: string, kind: FieldKind])[]
}

/** The opcode and the number of words, before a record's fields. */
const HEAD = 2

const FORMS = new Map(INSTRUCTION_NAMES.map((name, opcode) => [name, formOf(INSTRUCTIONS[name], opcode)]))

function formOf({ fields }: Instruction, opcode: number): Form {
  const words = Object.values(fields).reduce((sum, kind) => sum + FIELD_WORDS[kind], HEAD)
  return { opcode, words, fields: Object.entries(fields) }
}

export class Tape {
  #words = new Int32Array(1024)
  #reals = new Float32Array(this.#words.buffer)
  #length = 0

  /** Writes a record; addresses of images count from `base`. */
  write<Name extends InstructionName>(name: Name, base: number, given: RecordFields<Name>): void {
    const { opcode, words, fields } = this.#formOf(name)
    this.#reserve(words)
    const values: Readonly<Record<string, PlacedImage | number>> = given
    let at = this.#length
    this.#words[at++] = opcode
    this.#words[at++] = words
    for (const [field, kind] of fields) {
      const value = values[field]
      if (typeof value !== 'number') {
        this.#words[at++] = base + value.at
        this.#words[at++] = value.plane
        this.#words[at++] = value.row
      } else if (kind === 'real') this.#reals[at++] = value
      else this.#words[at++] = value
    }
    this.#length = at
  }

  /** What ends a tape. */
  end(): void {
    this.write('END', 0, {})
  }

  get words(): Int32Array {
    return this.#words.subarray(0, this.#length)
  }

  #formOf(name: InstructionName): Form {
    const form = FORMS.get(name)
    if (!form) throw new Error(`${name} is no instruction`)
    return form
  }

  #reserve(words: number): void {
    if (this.#length + words <= this.#words.length) return
    const larger = new Int32Array(this.#words.length * 2)
    larger.set(this.#words)
    this.#words = larger
    this.#reals = new Float32Array(larger.buffer)
  }
}
