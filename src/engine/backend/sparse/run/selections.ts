/** Selections of many layers at once, on all threads: kernels/selection.ts, each layer whole by itself. */
import type { OthersOf, RanksOf, Selections, SizesOf } from '../../../linalg/room.ts'
import { COUNTING_WORDS, SPARE_WORDS } from '../instructions/scratch.ts'
import type { Tape } from '../instructions/tape.ts'
import { FLOAT } from '../model/geometry.ts'
import { SharedWork, type RunTapes, type WorkMemory } from './shared-work.ts'

/** What selections run on. */
export interface SelectionGround {
  readonly threads: number
  /** Where threads meet. */
  readonly barrier: number
  readonly run: RunTapes
  /** Memory for `bytes` of work; null where there are none left. */
  memory(bytes: number): WorkMemory | null
}

/** Bytes of records and alignment of a request. */
const RECORD_BYTES = 512

/** Work space of a thread. */
interface Space {
  readonly bins: number
  readonly list: number
  readonly picked: number
  readonly marks: number
}

/** The tape of the thread whose turn it is, and its work space. */
interface Turn {
  readonly tape: Tape
  readonly space: Space
}

export class ThreadSelections implements Selections {
  readonly #ground: SelectionGround

  constructor(ground: SelectionGround) {
    this.#ground = ground
  }

  ranks(requests: readonly RanksOf[]): boolean {
    const sizes = requests.map(({ values }) => values.length)
    const done = this.#all(sizes, Math.max(0, ...sizes), (next) => {
      requests.forEach(({ values, ranks }) => {
        const { tape, space } = next(values.length)
        const counts = { size: values.length, count: ranks.length }
        const work = { work: space.picked, bins: space.bins }
        tape.write('LARGEST_RANKS', 0, { values: at(values), ...counts, ranks: at(ranks), ...work })
      })
      return () => true
    })
    return done ?? false
  }

  others(requests: readonly OthersOf[]): boolean[] | null {
    const sizes = requests.map(({ scores }) => scores.length)
    return this.#all(sizes, Math.max(0, ...sizes), (next, memory) => {
      const filled = memory.words(requests.length)
      requests.forEach(({ scores, others, chosen }, k) => {
        const { tape, space } = next(scores.length)
        tape.write('LARGEST_OTHERS', 0, {
          values: at(scores),
          size: scores.length,
          others: at(others),
          otherCount: others.length,
          count: chosen.length,
          chosen: at(chosen),
          filled: at(filled) + FLOAT * k,
          ...space,
        })
      })
      return () => [...filled].map((word) => word === 1)
    })
  }

  sums(requests: readonly SizesOf[]): number[] | null {
    const counts = requests.map(({ entries }) => entries.length)
    return this.#all(counts, 0, (next, memory) => {
      const words = memory.words(2 * requests.length)
      requests.forEach(({ values, entries }, k) => {
        const lists = { values: at(values), entries: at(entries), count: entries.length }
        const to = at(words) + 2 * FLOAT * k
        next(entries.length).tape.write('SUM_OF_SIZES', 0, { ...lists, to })
      })
      return () => [...new Float64Array(words.buffer, words.byteOffset, requests.length)]
    })
  }

  /**
   * Writes the records of requests that look at so many numbers each, the `largest` of them in work space,
   * runs them, and reads what came of it; null without room.
   */
  #all<Result>(
    loads: readonly number[],
    largest: number,
    write: (next: (load: number) => Turn, memory: WorkMemory) => () => Result,
  ): Result | null {
    const { threads, barrier, run } = this.#ground
    const bytes = FLOAT * (COUNTING_WORDS + 5 * largest + 4 * SPARE_WORDS)
    const memory = this.#ground.memory(threads * bytes + RECORD_BYTES * (loads.length + threads))
    if (!memory) return null
    const work = new SharedWork(
      { threads, barrier },
      loads.reduce((sum, load) => sum + load, 0),
    )
    const spaces = Array.from({ length: threads }, () => ({
      bins: at(memory.words(COUNTING_WORDS)),
      list: at(memory.words(largest + SPARE_WORDS)),
      picked: at(memory.words(3 * largest + SPARE_WORDS)),
      marks: at(memory.words(Math.ceil(largest / 4))),
    }))
    const read = write((load) => {
      const { tape, thread } = work.next(load)
      return { tape, space: spaces[thread] }
    }, memory)
    work.run(memory, run)
    return read()
  }
}

/** The address of an array of the memory. */
const at = ({ byteOffset }: ArrayBufferView): number => byteOffset
