/**
 * Checks what tapes are about to do: that every address of their records leads to memory that was planned.
 * For tests, which set GIVENS_CHECK_TAPES to 1; the kernels then compare every address with the memory's
 * size, too.
 */
import { INSTRUCTIONS } from '../instructions/index.ts'
import { readRecord, type TapeRecord } from '../instructions/tape.ts'
import type { FieldKind, Instruction, Span, Tables } from '../instructions/types.ts'
import { FLOAT } from '../model/geometry.ts'
import type { Piece } from '../plan/arena.ts'
import type { SharedMemory } from '../plan/memory.ts'

export const checksTapes = (): boolean => process.env['GIVENS_CHECK_TAPES'] === '1'

/** What records may read and write. */
export interface Ground {
  /** Memory that was handed out; each list in the order of addresses. */
  readonly pieces: readonly (readonly Piece[])[]
  /** Where that ends. Tapes that lie behind it are work beside the steps, and have all that is there. */
  readonly end: number
}

/** Kinds that are addresses, with the span of those whose instruction does not say it. */
const OWN_SPANS: Readonly<Partial<Record<FieldKind, Span>>> = {
  wordAt: { from: 0, to: FLOAT },
  realAt: { from: 0, to: FLOAT },
}

export class TapeCheck implements Tables {
  readonly #memory: SharedMemory
  readonly #ground: () => Ground

  constructor(memory: SharedMemory, ground: () => Ground) {
    this.#memory = memory
    this.#ground = ground
  }

  /** @throws Error that names the instruction, the field, its value and what is allowed. */
  check(tapes: readonly number[]): void {
    for (const tape of tapes) {
      for (let at = tape / FLOAT; ;) {
        const record = readRecord(this.#memory.words, at)
        if (record.name === 'END') break
        this.#checkRecord(record, tape)
        at += record.size
      }
    }
  }

  word(at: number): number {
    return this.#memory.words[at / FLOAT] ?? 0
  }

  range(at: number, count: number, step = 1): { least: number; most: number } {
    const { words } = this.#memory
    const first = at / FLOAT
    const end = Math.min(first + count * step, words.length)
    let [least, most] = first >= 0 && first < end ? [words[first], words[first]] : [0, 0]
    for (let k = Math.max(first, 0); k < end; k += step) {
      least = Math.min(least, words[k])
      most = Math.max(most, words[k])
    }
    return { least, most }
  }

  #checkRecord({ name, values }: TapeRecord, tape: number): void {
    const { fields, spans }: Instruction = INSTRUCTIONS[name]
    const found: Readonly<Record<string, Span | undefined>> = spans(values, this)
    for (const [field, kind] of Object.entries(fields)) {
      const span = OWN_SPANS[kind] ?? found[field]
      const value = values[field]
      const at = typeof value === 'number' ? value : value.at
      if (!span || span.to <= span.from || (kind === 'optional' && at === 0)) continue
      const { count, stride } = span.arrays ?? { count: 1, stride: 0 }
      for (let array = 0; array < count; array++) {
        const [from, to] = [span.from, span.to].map((end) => at + array * stride + end)
        const allowed = this.#lacking(from, to, tape)
        if (allowed)
          throw new Error(`${name}: ${field} is ${at}, which leads to bytes ${from} to ${to}; ${allowed}`)
      }
    }
  }

  /** What a tape may touch in place of bytes [from, to); null where it may touch these. */
  #lacking(from: number, to: number, tape: number): string | null {
    const { pieces, end } = this.#ground()
    const { byteLength } = this.#memory.words
    if (tape >= end && from >= end && to <= byteLength) return null
    const around = pieces
      .map((list) => pieceAt(list, from))
      .find((piece) => piece !== null && from < piece.to)
    if (!around) return `no memory is planned there, but from ${pieces[0]?.[0]?.from ?? end} to ${end}`
    return to <= around.to ? null : `allowed are ${around.from} to ${around.to}`
  }
}

/** The last piece that begins at an address or before. */
function pieceAt(pieces: readonly Piece[], address: number): Piece | null {
  let [low, high] = [0, pieces.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (pieces[middle].from <= address) low = middle + 1
    else high = middle
  }
  return low > 0 ? pieces[low - 1] : null
}
