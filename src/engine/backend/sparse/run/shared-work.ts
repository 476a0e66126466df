/** Work that is none of a step's: records that the threads of a program share, and memory for it. */
import { Arena } from '../plan/arena.ts'
import { FLOAT } from '../model/geometry.ts'
import type { SharedMemory } from '../plan/memory.ts'
import { Tape } from '../instructions/tape.ts'

/** Runs one tape a thread: the address of the table of tapes (0: one tape alone), and of the first. */
export type RunTapes = (table: number, first: number) => void

/** Numbers below which the caller is done before another thread wakes up. */
const ALONE = 32768

/** Memory from an address on, for one piece of work. */
export class WorkMemory {
  readonly #memory: SharedMemory
  readonly #arena: Arena

  constructor(memory: SharedMemory, start: number) {
    this.#memory = memory
    this.#arena = new Arena(start)
  }

  /** `count` words, whatever is in them. @throws MemoryError where there are none left. */
  words(count: number): Int32Array {
    const at = this.#arena.take(FLOAT * count)
    this.#memory.reserve(this.#arena.end)
    return this.#memory.words.subarray(at / FLOAT, at / FLOAT + count)
  }

  /** The address of these words, or of a copy where they lie elsewhere. */
  addressOf(words: Int32Array): number {
    if (this.#memory.has(words)) return words.byteOffset
    const copy = this.words(words.length)
    copy.set(words)
    return copy.byteOffset
  }
}

/** Tapes kept between calls. */
const spare: Tape[] = []

/** Records for all threads, each of them whole by itself. */
export class SharedWork {
  readonly #barrier: number
  readonly #tapes: readonly Tape[]
  readonly #loads: number[]

  /** `load`: the numbers that all records move. */
  constructor({ threads, barrier }: { readonly threads: number; readonly barrier: number }, load: number) {
    this.#barrier = barrier
    this.#tapes = Array.from({ length: load < ALONE ? 1 : threads }, () => spare.pop() ?? new Tape())
    this.#loads = this.#tapes.map(() => 0)
  }

  /** The thread that has least to do so far, and its tape; `load` is what comes to it. */
  next(load: number): { readonly tape: Tape; readonly thread: number } {
    const thread = this.#loads.indexOf(Math.min(...this.#loads))
    this.#loads[thread] += load
    return { tape: this.#tapes[thread], thread }
  }

  /** Returns when all is done. */
  run(memory: WorkMemory, run: RunTapes): void {
    const threads = this.#tapes.length
    const table = memory.words(threads)
    this.#tapes.forEach((tape, thread) => {
      if (threads > 1) tape.write('BARRIER', 0, { words: this.#barrier, threads })
      tape.end()
      const words = memory.words(tape.words.length)
      words.set(tape.words)
      table[thread] = words.byteOffset
      tape.clear()
      spare.push(tape)
    })
    run(threads > 1 ? table.byteOffset : 0, table[0])
  }
}
