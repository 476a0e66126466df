/** Weights and slots across a change of masks: taken in their old places, put back in the new ones. */
import type { MaskChange } from '../../program/backend.ts'
import { FLOAT } from './geometry.ts'
import type { Linked } from './link.ts'
import { addressOf } from './links.ts'
import type { SharedMemory } from './memory.ts'
import { intsOf } from '../../linalg/room.ts'
import type { Nonzeros } from './structure.ts'

const NONE = new Int32Array(0)

/** The numbers on their way, bit for bit, one array after the other. Kept between calls. */
let carried = new Int32Array(0)

/** What a parameter's array had; `places` of a kernel, whose numbers are in the order of its nonzeros. */
interface Kept {
  readonly parameter: string
  readonly array: number
  readonly numbers: Int32Array
  readonly places: Int32Array | null
}

export class KeptNumbers {
  readonly #memory: SharedMemory
  readonly #before: Linked
  readonly #changes: ReadonlyMap<string, MaskChange>
  /** −1 the values, then the optimizer's slots. */
  readonly #arrays: readonly number[]
  readonly #kept: Kept[] = []
  #used = 0

  constructor(memory: SharedMemory, before: Linked, changes: ReadonlyMap<string, MaskChange>) {
    this.#memory = memory
    this.#before = before
    this.#changes = changes
    this.#arrays = [-1, ...before.links.slots.keys()]
  }

  /** A kernel whose nonzeros go from some to others; what is new or activated begins at 0. */
  keepKernel(name: string, before: Nonzeros, now: Nonzeros): void {
    const change = this.#changes.get(name)
    const origin =
      before === now ? null : (change?.origin ?? originOf(before.on, now.on, change?.activated ?? NONE))
    const { words } = this.#memory
    for (const array of this.#arrays) {
      const at = addressOf(this.#before.links, name, array) / FLOAT
      const numbers = this.#room(now.on.length)
      if (origin) gather(words, at, before.place, origin, numbers)
      else for (let k = 0; k < numbers.length; k++) numbers[k] = words[at + before.place[k]]
      this.#kept.push({ parameter: name, array, numbers, places: now.place })
    }
  }

  /** All parameters that are no kernels: their places move with those of the kernels. */
  keepOthers(sizes: ReadonlyMap<string, number>): void {
    const { offsets, statistics } = this.#before.links
    for (const [parameter, size] of sizes) {
      const arrays = statistics.has(parameter) ? [-1] : offsets.has(parameter) ? this.#arrays : []
      for (const array of arrays) {
        const at = addressOf(this.#before.links, parameter, array) / FLOAT
        this.#kept.push({ parameter, array, numbers: this.#memory.words.slice(at, at + size), places: null })
      }
    }
  }

  #room(count: number): Int32Array {
    const end = this.#used + count
    // What was given out before keeps the array that it is in.
    if (carried.length < end) {
      carried = new Int32Array(Math.max(end, 2 * carried.length))
      this.#used = 0
    }
    this.#used += count
    return carried.subarray(this.#used - count, this.#used)
  }

  /** When the tables are written, and with them the new places. */
  putBack({ links }: Linked): void {
    const { words } = this.#memory
    for (const { parameter, array, numbers, places } of this.#kept) {
      const at = addressOf(links, parameter, array) / FLOAT
      if (places) for (let k = 0; k < places.length; k++) words[at + places[k]] = numbers[k]
      else words.set(numbers, at)
    }
  }
}

function gather(
  words: Int32Array,
  at: number,
  place: Int32Array,
  origin: Int32Array,
  numbers: Int32Array,
): void {
  const own = words.subarray(at, at + place.length)
  // Without a branch, which would be mispredicted: −1 reads anything and clears its bits.
  for (let k = 0; k < numbers.length; k++) {
    const kept = ~(origin[k] >> 31)
    numbers[k] = own[place[origin[k] & kept]] & kept
  }
}

/** Of each entry its rank in the list before; −1 where it is new or activated. All ascending. */
function originOf(before: Int32Array, now: Int32Array, activated: Int32Array): Int32Array {
  const origin = intsOf(now.length)
  for (let k = 0, j = 0, a = 0; k < now.length; k++) {
    const i = now[k]
    while (j < before.length && before[j] < i) j++
    while (a < activated.length && activated[a] < i) a++
    origin[k] = j < before.length && before[j] === i && activated[a] !== i ? j : -1
  }
  return origin
}
