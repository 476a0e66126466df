/**
 * A change of masks by the kernels: weights and slots are taken in their old places, tables laid out, and put
 * back in the new ones, kernel by kernel on all threads.
 */
import { intsOf } from '../../../linalg/room.ts'
import type { MaskChange } from '../../../program/backend.ts'
import { FLOAT } from '../model/geometry.ts'
import type { Linked } from '../link/link.ts'
import { addressOf } from '../link/links.ts'
import type { SharedMemory } from '../plan/memory.ts'
import type { KernelPlan, SparsePlan } from '../plan/plan.ts'
import { SharedWork, type RunTapes, type WorkMemory } from './shared-work.ts'
import { writeStructure, type Nonzeros } from '../link/structure.ts'

/** A kernel whose nonzeros go from some to others. */
export interface MovedKernel {
  readonly plan: KernelPlan
  readonly before: Nonzeros
  readonly now: Nonzeros
  readonly change: MaskChange
}

interface Kept {
  readonly kernel: MovedKernel
  /** One array after the other. */
  readonly numbers: number
}

/** What stays in its order, of one array: −1 the values, then the optimizer's slots. */
interface Block {
  readonly parameter: string
  readonly array: number
  readonly numbers: Int32Array
}

export class MaskChanges {
  readonly #meeting: { readonly threads: number; readonly barrier: number }
  readonly #memory: SharedMemory
  readonly #work: WorkMemory
  readonly #run: RunTapes
  readonly #kept: Kept[] = []
  readonly #blocks: Block[] = []

  constructor(plan: SparsePlan, memory: SharedMemory, work: WorkMemory, run: RunTapes) {
    this.#meeting = { threads: plan.threads, barrier: plan.control.barrier }
    this.#memory = memory
    this.#work = work
    this.#run = run
  }

  /** Takes the numbers of what stays on; what is new or activated begins at 0. */
  keepKernels(kernels: readonly MovedKernel[], { links }: Linked): void {
    const arrays = 1 + links.slots.length
    const shared = new SharedWork(this.#meeting, arrays * countOf(kernels))
    for (const kernel of kernels) {
      const { plan, before, now, change } = kernel
      const count = now.on.length
      const origin = change.origin ?? originOf(before.on, now.on, change.activated)
      const numbers = this.#work.words(arrays * count).byteOffset
      shared.next(count).tape.write('KEEP_NUMBERS', 0, {
        to: numbers,
        from: addressOf(links, plan.location.parameter.name, -1),
        stride: links.bytes,
        arrays,
        places: this.#work.addressOf(before.place),
        origin: this.#work.addressOf(origin),
        count,
      })
      this.#kept.push({ kernel, numbers })
    }
    shared.run(this.#work, this.#run)
  }

  /** Takes `size` numbers of each array of parameters that keep their order, where these move. */
  keepBlocks(sizes: ReadonlyMap<string, number>, { links }: Linked): void {
    const { offsets, statistics, slots } = links
    for (const [parameter, size] of sizes) {
      const arrays = statistics.has(parameter) ? [-1] : offsets.has(parameter) ? [-1, ...slots.keys()] : []
      for (const array of arrays) {
        const at = addressOf(links, parameter, array) / FLOAT
        const numbers = this.#work.words(size)
        numbers.set(this.#memory.words.subarray(at, at + size))
        this.#blocks.push({ parameter, array, numbers })
      }
    }
  }

  /** Lays out the kernels whose numbers were taken, and puts all numbers back. */
  putBack({ links, tables }: Linked): void {
    const arrays = 1 + links.slots.length
    const moved = this.#kept.map(({ kernel }) => kernel)
    const shared = new SharedWork(this.#meeting, arrays * countOf(moved))
    const laid: { readonly now: Nonzeros; readonly places: Int32Array }[] = []
    for (const { kernel, numbers } of this.#kept) {
      const { plan, now } = kernel
      const { node, shape, addresses, location } = plan
      const [table, linked] = [tables.get(node), links.kernels.get(node)]
      if (!table || !linked) throw new Error(`${node} is not linked`)
      const count = now.on.length
      const near = this.#memory.has(now.place)
      const places = near ? now.place : this.#work.words(count)
      const { tape } = shared.next(count)
      if (table.rowOf === null) {
        writeStructure(this.#memory.words, table, now, shape.rows, plan.phases.length, addresses)
        if (!near) places.set(now.place)
      } else {
        tape.write('LAY_OUT_DENSE', 0, {
          on: this.#work.addressOf(near ? now.on : (kernel.change.on ?? now.on)),
          count,
          rows: shape.rows,
          columns: shape.columns,
          places: places.byteOffset,
          next: this.#work.words(shape.rows).byteOffset,
          rowStarts: FLOAT * table.rowStarts,
          offsets: FLOAT * table.offsets,
          rowOf: FLOAT * table.rowOf,
          backStarts: table.backStarts === null ? 0 : FLOAT * table.backStarts,
          backOffsets: FLOAT * table.backOffsets,
          inputOfColumn: linked.columnInputs,
          // Rows of a dense kernel are planes of its gradient.
          gradientPlane: addresses.gradientOfRow[1] ?? 0,
        })
        if (!near) laid.push({ now, places })
      }
      tape.write('PUT_NUMBERS', 0, {
        to: addressOf(links, location.parameter.name, -1),
        stride: links.bytes,
        from: numbers,
        arrays,
        places: places.byteOffset,
        count,
      })
    }
    shared.run(this.#work, this.#run)
    for (const { now, places } of laid) now.place.set(places)
    for (const { parameter, array, numbers } of this.#blocks)
      this.#memory.words.set(numbers, addressOf(links, parameter, array) / FLOAT)
  }
}

const countOf = (kernels: readonly MovedKernel[]): number =>
  kernels.reduce((sum, { now }) => sum + now.on.length, 0)

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
