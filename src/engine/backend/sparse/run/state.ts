/**
 * The variables of a program, between their dense, stacked form and the nonzeros in memory. Entries outside a
 * mask are 0 and kept nowhere.
 */
import { sizeOf } from '../../../../shared/graph/shapes.ts'
import { floatsOf, inRoom, kernelsFor, type Workshop } from '../../../linalg/room.ts'
import { locationsByVariable } from '../../../program/layout.ts'
import type { ModelState, ParameterLocation } from '../../../program/types.ts'
import type { FloatArray } from '../../../ops/ir.ts'
import type { KernelNonzeros, MaskChange } from '../../../program/backend.ts'
import type { Program, VariableSpec } from '../../../program/types.ts'
import { FLOAT } from '../model/geometry.ts'
import { addressOf } from '../link/links.ts'
import { holds, type Positions } from '../link/capacity.ts'
import { endOfLinks, link, writeTables, type Linked, type Regions } from '../link/link.ts'
import { MaskChanges, type MovedKernel } from './mask-changes.ts'
import { maskKernels } from './mask-kernels.ts'
import { MaskRoom } from './mask-room.ts'
import type { SharedMemory } from '../plan/memory.ts'
import type { SparsePlan } from '../plan/plan.ts'
import { nonzerosOf, type Nonzeros } from '../link/structure.ts'
import { PositionStore } from './position-store.ts'
import { ThreadSelections } from './selections.ts'
import { checksTapes, TapeCheck, type Ground } from './tape-check.ts'
import type { Threads } from './threads.ts'

/**
 * Where a variable's numbers are: which parameter, and in which array (−1 the values, else the
 * optimizer's slot).
 */
interface Variable {
  readonly spec: VariableSpec
  readonly size: number
  readonly members: readonly ParameterLocation[]
  readonly array: number
}

/** The mask of a kernel (null: all ones) and where in the array it begins; undefined where none is given. */
type MaskOf = (
  location: ParameterLocation,
) => { readonly mask: FloatArray | Uint8Array | null; readonly from: number } | undefined

/** Words of records and alignment of a kernel in a change. */
const ROOM_OF_A_KERNEL = 512

/** Bytes of lists that an update of masks makes of a nonzero. */
const WORK_BYTES = 48

const NONE: Nonzeros = { on: new Int32Array(0), place: new Int32Array(0) }

export class SparseState {
  readonly #plan: SparsePlan
  readonly #regions: Regions
  readonly #memory: SharedMemory
  readonly #variables = new Map<string, Variable>()
  readonly #nodes: ReadonlyMap<string, string>
  #positions = new Map<string, Nonzeros>()
  readonly #lists: PositionStore
  readonly #pending = new Map<string, FloatArray>()
  readonly #threads: Threads
  readonly #room: MaskRoom
  /** Once known: an address beyond all links. */
  #end: number | null = null
  #linked: Linked | null = null

  constructor(plan: SparsePlan, regions: Regions, memory: SharedMemory, program: Program, threads: Threads) {
    this.#plan = plan
    this.#threads = threads
    const selections = new ThreadSelections({
      threads: plan.threads,
      barrier: plan.control.barrier,
      run: threads.run.bind(threads),
      memory: (bytes) => this.#room.workMemory(bytes),
    })
    this.#room = new MaskRoom(maskKernels(threads.exports, selections), memory, {
      start: () => (this.#end ??= endOfLinks(plan, regions, this.linked())),
      least: () => WORK_BYTES * [...this.#positions.values()].reduce((sum, { on }) => sum + on.length, 0),
      begin: () => (this.#positions = this.#lists.settled(this.#positions)),
    })
    this.#lists = new PositionStore(this.#room)
    this.#regions = regions
    this.#memory = memory
    if (checksTapes()) {
      const check = new TapeCheck(memory, () => this.#ground())
      threads.inspect = (tapes) => {
        check.check(tapes)
      }
    }
    this.#nodes = new Map(
      // The numbers of a tied kernel are those of a table, which lie as they are.
      [...plan.kernels.values()].flatMap(({ location, node, tied }) =>
        tied ? [] : [[location.parameter.name, node]],
      ),
    )
    const members = locationsByVariable(plan.source.layout)
    const slots = new Map<string, number>()
    for (const spec of program.variables) {
      const of = spec.of ?? spec.name
      let array = -1
      if (spec.role === 'slot') {
        array = slots.get(of) ?? 0
        slots.set(of, array + 1)
      }
      const size = sizeOf(spec.type.shape)
      this.#variables.set(spec.name, { spec, size, members: members.get(of) ?? [], array })
    }
    // Layers of one shape share what is the same for all.
    const full = new Map<string, Nonzeros>()
    for (const [node, { location, shape }] of plan.kernels) {
      const masked = plan.source.layout.maskOf.has(location.variable)
      const key = `${shape.rows} × ${shape.columns}`
      const all = masked ? NONE : (full.get(key) ?? nonzerosOf(null, 0, shape.rows, shape.columns))
      if (!masked) full.set(key, all)
      this.#positions.set(node, all)
    }
  }

  /** The layout in force, with all writes done. */
  linked(): Linked {
    if (this.#pending.size > 0 || this.#linked === null) this.#apply(new Map())
    if (this.#linked === null) throw new Error('nothing is linked')
    return this.#linked
  }

  /** What the tapes of the layout in force may read and write. */
  #ground(): Ground {
    const { arena } = this.#linked ?? this.linked()
    return { pieces: [this.#regions.pieces, arena.pieces], end: arena.end }
  }

  write(name: string, data: FloatArray): void {
    this.#check(name, data)
    this.#pending.set(name, data.slice())
  }

  writeAll(values: ReadonlyMap<string, FloatArray>): void {
    for (const [name, data] of values) this.#check(name, data)
    this.#apply(values)
  }

  /**
   * Writes parameters and masks by their own names. A kernel without a mask, of a program that has one for
   * it, is dense.
   */
  writeState({ parameters, masks }: ModelState): void {
    if (this.#pending.size > 0) this.#apply(new Map())
    const { maskOf, locations } = this.#plan.source.layout
    const positions = this.#newPositions(({ variable, parameter: { name } }) =>
      maskOf.has(variable) ? { mask: masks.get(name) ?? null, from: 0 } : undefined,
    )
    const moved = this.#place(positions, (name) => this.#variable(name).array < 0)
    for (const [name, data] of moved) this.#store(name, data)
    for (const { parameter } of locations) {
      const values = parameters.get(parameter.name)
      const size = sizeOf(parameter.shape)
      if (values?.length !== size)
        throw new Error(`${parameter.name} has ${size} entries, got ${values?.length ?? 'none'}`)
      this.#storeParameter(parameter.name, -1, values, 0, size)
    }
  }

  /** As Executable.clearSlots. */
  clearSlots(): void {
    const { slots, bytes } = this.linked().links
    for (const at of slots) this.#memory.clear(at, at + bytes)
  }

  /** As Executable.workshop. */
  get workshop(): Workshop {
    return this.#room
  }

  /** As Executable.changeMasks: what stays on keeps its numbers, without a dense form of any variable. */
  changeMasks(changes: ReadonlyMap<string, MaskChange>): void {
    inRoom(() => {
      this.#change(changes)
    }, this.#room)
  }

  #change(changes: ReadonlyMap<string, MaskChange>): void {
    const linked = this.linked()
    const moved = this.#movedKernels(changes)
    const positions = new Map(moved.map(({ plan, now }) => [plan.node, now]))
    const relinks = this.#newCounts(positions) && !holds(this.#plan, linked.links, positions)
    const blocks = relinks ? this.#blocks(positions) : new Map<string, number>()
    const work = this.#room.workMemory(this.#bytesOfWork(moved, blocks))
    if (!work) {
      this.#changeDense(positions, changes)
      return
    }
    const { run } = this.#threads
    const numbers = new MaskChanges(this.#plan, this.#memory, work, run.bind(this.#threads))
    numbers.keepKernels(moved, linked)
    numbers.keepBlocks(blocks, linked)
    this.#positions = new Map([...this.#positions, ...positions])
    if (relinks) {
      this.#linked = link(this.#plan, this.#regions, this.#positions, this.#memory, this.#linked)
      const others = [...this.#positions.keys()].filter((node) => !positions.has(node))
      writeTables(this.#plan, this.#linked, this.#positions, this.#memory, others)
    }
    numbers.putBack(this.#linked ?? linked)
  }

  #movedKernels(changes: ReadonlyMap<string, MaskChange>): MovedKernel[] {
    return [...this.#plan.kernels].flatMap(([node, plan]) => {
      const change = changes.get(plan.location.parameter.name)
      if (!change) return []
      const { on } = change
      const { rows, columns } = plan.shape
      const before = this.#positions.get(node) ?? NONE
      const now = on ? this.#lists.next(node, before, on) : nonzerosOf(change.mask, 0, rows, columns)
      return { plan, before: { on: before.on, place: this.#room.copyOf(before.place) }, now, change }
    })
  }

  /** At most. */
  #bytesOfWork(moved: readonly MovedKernel[], blocks: ReadonlyMap<string, number>): number {
    const arrays = 1 + (this.#linked?.links.slots.length ?? 0)
    const words = moved.reduce((sum, { before, now, plan }) => {
      const { rows } = plan.shape
      return sum + before.on.length + now.on.length * (arrays + 3) + rows + ROOM_OF_A_KERNEL
    }, 0)
    const others = [...blocks.values()].reduce((sum, size) => sum + arrays * (size + 16), 0)
    return FLOAT * (words + others)
  }

  /** The same where there is no room for lists: by way of the dense forms of all variables. */
  #changeDense(positions: Positions, changes: ReadonlyMap<string, MaskChange>): void {
    for (const [name, data] of this.#place(positions, () => false)) {
      const { size, members } = this.#variable(name)
      members.forEach(({ parameter }, k) => {
        const from = (k * size) / members.length
        for (const entry of changes.get(parameter.name)?.activated ?? []) data[from + entry] = 0
      })
      this.#store(name, data)
    }
  }

  /** As Executable.nonzeros. */
  nonzeros(kernel: string): KernelNonzeros {
    const node = this.#nodes.get(kernel)
    if (node === undefined) throw new Error(`${kernel} is no kernel`)
    const at = addressOf(this.linked().links, kernel, -1) / FLOAT
    const { on, place } = this.#positions.get(node) ?? NONE
    const { floats } = this.#memory
    const values = floatsOf(on.length)
    const places = this.#memory.has(values) ? this.#room.copyOf(place) : place
    const kernels = kernelsFor(values, places)
    if (kernels) {
      kernels.pick(values, floats.subarray(at, at + on.length), places)
      return { on: this.#room.copyOf(on), values }
    }
    for (let k = 0; k < values.length; k++) values[k] = floats[at + place[k]]
    return { on, values }
  }

  /** Whether any kernel has another number of nonzeros than before. */
  #newCounts(positions: Positions): boolean {
    return [...positions].some(([node, { on }]) => on.length !== this.#positions.get(node)?.on.length)
  }

  /** Parameters whose numbers keep their order while those kernels change, with how many they are. */
  #blocks(changing: Positions): Map<string, number> {
    return new Map(
      this.#plan.locations.flatMap(({ parameter: { name, shape } }): [string, number][] => {
        const node = this.#nodes.get(name)
        if (node === undefined) return [[name, sizeOf(shape)]]
        return changing.has(node) ? [] : [[name, this.#positions.get(node)?.on.length ?? 0]]
      }),
    )
  }

  read(name: string, into?: FloatArray): FloatArray {
    const { spec, size, members, array } = this.#variable(name)
    const linked = this.linked()
    const again = into instanceof Float32Array && into.length === size
    const result = again ? into.fill(0) : new Float32Array(size)
    let from = 0
    for (const { parameter } of members) {
      const length = size / members.length
      const node = this.#nodes.get(parameter.name)
      const positions = node === undefined ? undefined : this.#positions.get(node)
      if (spec.role === 'mask') {
        const { on } = positions ?? NONE
        for (let k = 0; k < on.length; k++) result[from + on[k]] = 1
      } else {
        const at = addressOf(linked.links, parameter.name, array) / FLOAT
        const { floats } = this.#memory
        if (positions) {
          const { on, place } = positions
          for (let k = 0; k < on.length; k++) result[from + on[k]] = floats[at + place[k]]
        } else result.set(floats.subarray(at, at + length), from)
      }
      from += length
    }
    return result
  }

  readAll(): Map<string, FloatArray> {
    return new Map([...this.#variables.keys()].map((name) => [name, this.read(name)]))
  }

  #check(name: string, data: FloatArray): void {
    const { size } = this.#variable(name)
    if (data.length !== size) throw new Error(`variable ${name} has ${size} entries, got ${data.length}`)
  }

  #variable(name: string): Variable {
    const variable = this.#variables.get(name)
    if (!variable) throw new Error(`unknown variable ${name}`)
    return variable
  }

  /**
   * Masks first: they say where the values go. What is not written keeps its numbers where the new mask
   * has a place.
   */
  #apply(given: ReadonlyMap<string, FloatArray>): void {
    const values = new Map([...this.#pending, ...given])
    this.#pending.clear()
    const positions = this.#newPositions((location) => {
      const name = this.#plan.source.layout.maskOf.get(location.variable)
      const mask = name === undefined ? undefined : values.get(name)
      return mask && { mask, from: (location.index ?? 0) * sizeOf(location.parameter.shape) }
    })
    for (const [name, data] of this.#place(positions, (name) => values.has(name))) values.set(name, data)
    for (const [name, data] of values) this.#store(name, data)
  }

  /** Gives the nonzeros their places; returns what moves with them, of what `written` does not name. */
  #place(positions: Positions, written: (variable: string) => boolean): Map<string, FloatArray> {
    const counts = this.#newCounts(positions)
    const before = this.#linked
    const moved = new Map<string, FloatArray>()
    const keep = (moves: (variable: Variable) => boolean): void => {
      for (const [name, variable] of this.#variables) {
        if (!written(name) && moves(variable)) moved.set(name, this.read(name))
      }
    }
    if (before === null || counts) {
      if (before !== null) keep(({ spec }) => spec.role !== 'mask')
      this.#positions = new Map([...this.#positions, ...positions])
      this.#linked = link(this.#plan, this.#regions, this.#positions, this.#memory, this.#linked)
      writeTables(this.#plan, this.#linked, this.#positions, this.#memory, this.#positions.keys())
    } else if (positions.size > 0) {
      const nodes = this.#nodes
      const moves = ({ parameter }: ParameterLocation): boolean =>
        positions.has(nodes.get(parameter.name) ?? '')
      keep(({ spec, members }) => spec.role !== 'mask' && members.some(moves))
      this.#positions = new Map([...this.#positions, ...positions])
      writeTables(this.#plan, before, this.#positions, this.#memory, positions.keys())
    }
    return moved
  }

  /** Nonzeros of the kernels that get a mask, where it is not the one they have. */
  #newPositions(maskOf: MaskOf): Map<string, Nonzeros> {
    const result = new Map<string, Nonzeros>()
    for (const [node, { location, shape }] of this.#plan.kernels) {
      const given = maskOf(location)
      if (!given) continue
      const nonzeros = nonzerosOf(given.mask, given.from, shape.rows, shape.columns)
      const old = (this.#positions.get(node) ?? NONE).on
      const same = old.length === nonzeros.on.length && nonzeros.on.every((entry, k) => entry === old[k])
      if (!same) result.set(node, nonzeros)
    }
    return result
  }

  #store(name: string, data: FloatArray): void {
    const { spec, size, members, array } = this.#variable(name)
    if (spec.role === 'mask') return
    let from = 0
    for (const { parameter } of members) {
      const length = size / members.length
      this.#storeParameter(parameter.name, array, data, from, length)
      from += length
    }
  }

  /** Entries [from, from + length) of `data`, into the values (array −1) or a slot of a parameter. */
  #storeParameter(parameter: string, array: number, data: FloatArray, from: number, length: number): void {
    if (this.#linked === null) return
    const { floats } = this.#memory
    const node = this.#nodes.get(parameter)
    const positions = node === undefined ? undefined : this.#positions.get(node)
    const at = addressOf(this.#linked.links, parameter, array) / FLOAT
    if (positions) {
      const { on, place } = positions
      for (let k = 0; k < on.length; k++) floats[at + place[k]] = data[from + on[k]]
    } else floats.set(from === 0 && length === data.length ? data : data.subarray(from, from + length), at)
  }
}
