/** Room for updates of masks in the shared memory, beyond all that is linked, and kernels that work there. */
import { intsOf, type RoomKernels, type Workshop } from '../../../linalg/room.ts'
import { MOST_BYTES, type SharedMemory } from '../plan/memory.ts'
import { WorkMemory } from './shared-work.ts'

/** Bytes of a line of the cache. */
const ALIGNMENT = 64

export class MaskRoom implements Workshop {
  readonly kernels: RoomKernels
  readonly #memory: SharedMemory
  readonly #start: () => number
  readonly #least: () => number
  readonly #begin: () => void
  #end: number | null = null
  /** Bytes at the start that stay. */
  #kept = 0
  /** Of lists elsewhere, those in the room that is open. */
  readonly #copies = new Map<Int32Array, Int32Array>()

  /**
   * `start`: an address beyond all that is linked; `least`: bytes that an update takes by estimate; `begin`
   * is called before a room is opened.
   */
  constructor(
    kernels: RoomKernels,
    memory: SharedMemory,
    { start, least, begin }: { start: () => number; least: () => number; begin: () => void },
  ) {
    this.kernels = kernels
    this.#memory = memory
    this.#start = start
    this.#least = least
    this.#begin = begin
  }

  room(bytes: number): ReturnType<Workshop['room']> {
    this.#copies.clear()
    this.#begin()
    const at = this.#start() + this.#kept
    const size = Math.max(bytes, this.#least())
    this.#end = at + size
    if (this.#end > MOST_BYTES) {
      this.#end = null
      return null
    }
    this.#memory.reserve(this.#end)
    return { buffer: this.#memory.memory.buffer, at, bytes: size }
  }

  keep(count: number): Float32Array | null {
    const at = this.#keep(count)
    return at === null ? null : this.#memory.floats.subarray(at / 4, at / 4 + count).fill(0)
  }

  /** As keep, of integers, whatever they are. */
  keepWords(count: number): Int32Array | null {
    const at = this.#keep(count)
    return at === null ? null : this.#memory.words.subarray(at / 4, at / 4 + count)
  }

  #keep(count: number): number | null {
    const at = this.#start() + this.#kept
    const bytes = ALIGNMENT * Math.ceil((4 * count) / ALIGNMENT)
    if (at + bytes > MOST_BYTES) return null
    this.#memory.reserve(at + bytes)
    this.#kept += bytes
    return at
  }

  /** Writes one list to another as long. */
  copy(to: Int32Array, from: Int32Array): void {
    if (this.has(to) && this.has(from)) this.kernels.shift(to, from, 0)
    else to.set(from)
  }

  has(array: ArrayBufferView): boolean {
    return this.#memory.has(array)
  }

  /** A list in the memory: itself, or a copy in the room; outside a room, or where it is full, elsewhere. */
  copyOf(list: Int32Array): Int32Array {
    if (this.has(list)) return list
    const known = this.#copies.get(list)
    if (known) return known
    const copy = intsOf(list.length)
    copy.set(list)
    if (this.has(copy)) this.#copies.set(list, copy)
    return copy
  }

  /** Memory for `bytes` of work beside the room; null where there are none left. */
  workMemory(bytes: number): WorkMemory | null {
    const start = this.#end
    return start === null || start + bytes > MOST_BYTES ? null : new WorkMemory(this.#memory, start)
  }
}
