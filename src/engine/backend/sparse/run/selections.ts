/** Selections of many layers at once, on all threads: kernels/selection.ts, each layer whole by itself. */
import type { OthersOf, RanksOf, Selections, SizesOf } from '../../../linalg/room.ts'
import { COUNTING_WORDS, SPARE_WORDS } from '../instructions/scratch.ts'
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

export class ThreadSelections implements Selections {
  readonly #ground: SelectionGround

  constructor(ground: SelectionGround) {
    this.#ground = ground
  }

  ranks(requests: readonly RanksOf[]): boolean {
    return (
      this.#all(
        requests,
        ({ values }) => values.length,
        (work, spaces) => {
          for (const { values, ranks } of requests) {
            const { tape, thread } = work.next(values.length)
            const { bins, picked } = spaces[thread]
            const counts = { size: values.length, count: ranks.length }
            tape.write('LARGEST_RANKS', 0, {
              values: at(values),
              ...counts,
              ranks: at(ranks),
              work: picked,
              bins,
            })
          }
          return () => true
        },
      ) ?? false
    )
  }

  others(requests: readonly OthersOf[]): boolean[] | null {
    return this.#all(
      requests,
      ({ scores }) => scores.length,
      (work, spaces, memory) => {
        const filled = memory.words(requests.length)
        requests.forEach(({ scores, others, chosen }, k) => {
          const { tape, thread } = work.next(scores.length)
          tape.write('LARGEST_OTHERS', 0, {
            values: at(scores),
            size: scores.length,
            others: at(others),
            otherCount: others.length,
            count: chosen.length,
            chosen: at(chosen),
            filled: at(filled) + FLOAT * k,
            ...spaces[thread],
          })
        })
        return () => [...filled].map((word) => word === 1)
      },
    )
  }

  sums(requests: readonly SizesOf[]): number[] | null {
    return this.#all(
      requests,
      () => 0,
      (work, _, memory) => {
        const words = memory.words(2 * requests.length)
        requests.forEach(({ values, entries }, k) => {
          const { tape } = work.next(entries.length)
          const to = at(words) + 2 * FLOAT * k
          tape.write('SUM_OF_SIZES', 0, {
            values: at(values),
            entries: at(entries),
            count: entries.length,
            to,
          })
        })
        return () => [...new Float64Array(words.buffer, words.byteOffset, requests.length)]
      },
    )
  }

  /** Writes the records of all requests, runs them, and reads what came of it; null without room. */
  #all<Request, Result>(
    requests: readonly Request[],
    sizeOf: (request: Request) => number,
    write: (work: SharedWork, spaces: readonly Space[], memory: WorkMemory) => () => Result,
  ): Result | null {
    const { threads, barrier, run } = this.#ground
    const largest = requests.reduce((most, request) => Math.max(most, sizeOf(request)), 0)
    const space = FLOAT * (COUNTING_WORDS + 5 * largest + 4 * SPARE_WORDS)
    const memory = this.#ground.memory(threads * space + RECORD_BYTES * (requests.length + threads))
    if (!memory) return null
    const load = requests.reduce((sum, request) => sum + sizeOf(request), 0)
    const work = new SharedWork({ threads, barrier }, load)
    const spaces = Array.from({ length: threads }, () => ({
      bins: at(memory.words(COUNTING_WORDS)),
      list: at(memory.words(largest + SPARE_WORDS)),
      picked: at(memory.words(3 * largest + SPARE_WORDS)),
      marks: at(memory.words(Math.ceil(largest / 4))),
    }))
    const read = write(work, spaces, memory)
    work.run(memory, run)
    return read()
  }
}

/** The address of an array of the memory. */
const at = ({ byteOffset }: ArrayBufferView): number => byteOffset
