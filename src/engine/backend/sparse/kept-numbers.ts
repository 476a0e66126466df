/** Weights and slots across a change of masks: taken in their old places, put back in the new ones. */
import type { MaskChange } from '../../program/backend.ts'
import { FLOAT } from './geometry.ts'
import type { Linked } from './link.ts'
import { addressOf } from './links.ts'
import type { SharedMemory } from './memory.ts'
import type { Nonzeros } from './structure.ts'

const NONE = new Int32Array(0)

/** Of each nonzero the place that its number had; −1 where it begins at 0. Kept between calls. */
let source = new Int32Array(0)
/** The numbers on their way, one array after the other. Kept between calls. */
let carried = new Float32Array(0)

export class KeptNumbers {
  readonly #memory: SharedMemory
  readonly #before: Linked
  readonly #changes: ReadonlyMap<string, MaskChange>
  /** −1 the values, then the optimizer's slots. */
  readonly #arrays: readonly number[]
  readonly #kept: { readonly parameter: string; readonly array: number; readonly numbers: Float32Array }[] =
    []
  #used = 0

  constructor(memory: SharedMemory, before: Linked, changes: ReadonlyMap<string, MaskChange>) {
    this.#memory = memory
    this.#before = before
    this.#changes = changes
    this.#arrays = [-1, ...before.links.slots.keys()]
  }

  /** A kernel whose nonzeros go from some to others; what is new or activated begins at 0. */
  keepKernel(name: string, before: Nonzeros, now: Nonzeros): void {
    const count = now.on.length
    if (source.length < count) source = new Int32Array(count)
    const from = source
    for (let k = 0, j = 0; k < count; k++) {
      const i = now.on[k]
      while (j < before.on.length && before.on[j] < i) j++
      from[k] = j < before.on.length && before.on[j] === i ? before.place[j] : -1
    }
    const activated = this.#changes.get(name)?.activated ?? NONE
    for (let a = 0; a < activated.length; a++) {
      const k = rankOf(activated[a], now.on)
      if (k >= 0) from[k] = -1
    }
    const { floats } = this.#memory
    for (const array of this.#arrays) {
      const at = addressOf(this.#before.links, name, array) / FLOAT
      const numbers = this.#room(count)
      for (let k = 0; k < count; k++) numbers[now.place[k]] = from[k] < 0 ? 0 : floats[at + from[k]]
      this.#kept.push({ parameter: name, array, numbers })
    }
  }

  /** All parameters that are no kernels: their places move with those of the kernels. */
  keepOthers(sizes: ReadonlyMap<string, number>): void {
    const { offsets, statistics } = this.#before.links
    for (const [parameter, size] of sizes) {
      const arrays = statistics.has(parameter) ? [-1] : offsets.has(parameter) ? this.#arrays : []
      for (const array of arrays) {
        const at = addressOf(this.#before.links, parameter, array) / FLOAT
        this.#kept.push({ parameter, array, numbers: this.#memory.floats.slice(at, at + size) })
      }
    }
  }

  #room(count: number): Float32Array {
    const end = this.#used + count
    // What was given out before keeps the array that it is in.
    if (carried.length < end) {
      carried = new Float32Array(Math.max(end, 2 * carried.length))
      this.#used = 0
    }
    this.#used += count
    return carried.subarray(this.#used - count, this.#used)
  }

  putBack({ links }: Linked): void {
    for (const { parameter, array, numbers } of this.#kept)
      this.#memory.floats.set(numbers, addressOf(links, parameter, array) / FLOAT)
  }
}

/** Where an entry stands in an ascending list; −1 where it does not. */
function rankOf(entry: number, on: Int32Array): number {
  let [low, high] = [0, on.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (on[middle] < entry) low = middle + 1
    else high = middle
  }
  return low < on.length && on[low] === entry ? low : -1
}
