/**
 * Lists of nonzeros in the shared memory, where a change of masks reads and writes them without copies. Each
 * kernel has two of them: those in force, and those that come next.
 */
import { unplaced, type Nonzeros } from '../link/structure.ts'
import { SLACK, type Positions } from '../link/capacity.ts'
import type { MaskRoom } from './mask-room.ts'

/** Above it lists stay where they are: steps of such networks take so long that copies do not count. */
const MOST_BYTES = 2 ** 26

/** Words of the two lists of a nonzero, in force and next. */
const WORDS = 4

export class PositionStore {
  readonly #room: MaskRoom
  /** Of each kernel, as long as there is room for. */
  readonly #lists = new Map<string, readonly [Nonzeros, Nonzeros]>()
  #asked = false

  constructor(room: MaskRoom) {
    this.#room = room
  }

  /**
   * These lists, in the shared memory where they have room; called while no room is open. The first time they
   * stay where they are: many networks are pruned once, from all of their weights.
   */
  settled(positions: Positions): Map<string, Nonzeros> {
    const first = !this.#asked
    this.#asked = true
    if (first) return new Map(positions)
    const all = [...positions.values()].reduce((sum, { on }) => sum + on.length, 0)
    if (4 * WORDS * SLACK * all > MOST_BYTES) return new Map(positions)
    return new Map([...positions].map(([node, nonzeros]) => [node, this.#settle(node, nonzeros)]))
  }

  #settle(node: string, nonzeros: Nonzeros): Nonzeros {
    const count = nonzeros.on.length
    const known = this.#lists.get(node)
    const fits = known !== undefined && known[0].on.length >= count
    if (fits && this.#room.has(nonzeros.on)) return nonzeros
    const lists = fits ? known : this.#make(node, Math.ceil(SLACK * count))
    if (!lists) return nonzeros
    const to = begin(lists[0], count)
    to.on.set(nonzeros.on)
    to.place.set(nonzeros.place)
    return to
  }

  #make(node: string, count: number): readonly [Nonzeros, Nonzeros] | null {
    const words = this.#room.keepWords(WORDS * count)
    if (!words) return null
    const part = (k: number): Int32Array => words.subarray(k * count, (k + 1) * count)
    const lists = [
      { on: part(0), place: part(1) },
      { on: part(2), place: part(3) },
    ] as const
    this.#lists.set(node, lists)
    return lists
  }

  /** A copy of a list, with places that are still to be written; other memory than that of `inForce`. */
  next(node: string, inForce: Nonzeros | undefined, on: Int32Array): Nonzeros {
    const lists = this.#lists.get(node)
    if (!lists || lists[0].on.length < on.length) return unplaced(on.slice())
    const taken = inForce?.on.byteOffset === lists[0].on.byteOffset
    const to = begin(lists[taken ? 1 : 0], on.length)
    this.#room.copy(to.on, on)
    return to
  }
}

const begin = ({ on, place }: Nonzeros, count: number): Nonzeros => ({
  on: on.subarray(0, count),
  place: place.subarray(0, count),
})
