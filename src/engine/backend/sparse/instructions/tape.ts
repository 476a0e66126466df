/** Writes tapes: the records that runTape of the kernels reads. */
import { INSTRUCTION_NAMES, INSTRUCTIONS, type InstructionName, type RecordFields } from './index.ts'
import { FIELD_WORDS, type Fields, type FieldKind, type PlacedImage } from './types.ts'

/** An instruction as it is written. */
interface Form {
  readonly opcode: number
  readonly words: number
  readonly fields: readonly (readonly [name: string, kind: FieldKind])[]
}

/** The opcode and the number of words, before a record's fields. */
const HEAD = 2

const FORMS = new Map(INSTRUCTION_NAMES.map((name, opcode) => [name, formOf(INSTRUCTIONS[name], opcode)]))

function formOf({ fields }: { readonly fields: Fields }, opcode: number): Form {
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

  /** Begins it anew. */
  clear(): void {
    this.#length = 0
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

/** A record as it lies in memory. */
export interface TapeRecord {
  readonly name: InstructionName
  /** Its words. */
  readonly size: number
  readonly values: Readonly<Record<string, PlacedImage | number>>
}

/** The record at a word. @throws Error where there is none. */
export function readRecord(words: Int32Array, at: number): TapeRecord {
  const name = INSTRUCTION_NAMES[words[at]]
  const form = name && FORMS.get(name)
  if (!form || form.words !== words[at + 1])
    throw new Error(`no record is at word ${at}: ${words[at]}, ${words[at + 1]} words`)
  const reals = new Float32Array(words.buffer, words.byteOffset, words.length)
  const values: Record<string, PlacedImage | number> = {}
  let word = at + HEAD
  for (const [field, kind] of form.fields) {
    if (kind === 'image')
      values[field] = { at: words[word] >>> 0, plane: words[word + 1], row: words[word + 2] }
    else if (kind === 'real') values[field] = reals[word]
    // Addresses have no sign.
    else values[field] = kind === 'word' ? words[word] : words[word] >>> 0
    word += FIELD_WORDS[kind]
  }
  return { name, size: form.words, values }
}
