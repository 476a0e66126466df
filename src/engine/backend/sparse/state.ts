/**
 * The variables of a program, between their dense, stacked form and the nonzeros in memory. Entries outside a
 * mask are 0 and kept nowhere.
 */
import { sizeOf } from '../../../shared/graph/shapes.ts'
import { floatsOf } from '../../linalg/room.ts'
import { locationsByVariable } from '../../program/layout.ts'
import type { ModelState, ParameterLocation } from '../../program/types.ts'
import type { FloatArray } from '../../ops/ir.ts'
import type { KernelNonzeros, MaskChange } from '../../program/backend.ts'
import type { Program, VariableSpec } from '../../program/types.ts'
import { FLOAT } from './geometry.ts'
import { addressOf } from './links.ts'
import { link, writeTables, type Linked, type Positions, type Regions } from './link.ts'
import { KeptNumbers } from './kept-numbers.ts'
import type { SharedMemory } from './memory.ts'
import { parameterLocations, type SparsePlan } from './plan.ts'
import { nonzerosOf, unplacedIn, type Nonzeros } from './structure.ts'

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

const NONE: Nonzeros = { on: new Int32Array(0), place: new Int32Array(0) }

export class SparseState {
  readonly #plan: SparsePlan
  readonly #regions: Regions
  readonly #memory: SharedMemory
  readonly #variables = new Map<string, Variable>()
  readonly #nodes: ReadonlyMap<string, string>
  #positions = new Map<string, Nonzeros>()
  /** Those that a change of masks put out of force: memory for the next one's. */
  readonly #spare = new Map<string, Nonzeros>()
  readonly #pending = new Map<string, FloatArray>()
  #linked: Linked | null = null

  constructor(plan: SparsePlan, regions: Regions, memory: SharedMemory, program: Program) {
    this.#plan = plan
    this.#regions = regions
    this.#memory = memory
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

  /** As Executable.changeMasks: what stays on keeps its numbers, without a dense form of any variable. */
  changeMasks(changes: ReadonlyMap<string, MaskChange>): void {
    const linked = this.linked()
    const positions = new Map<string, Nonzeros>()
    for (const [node, { location, shape }] of this.#plan.kernels) {
      const change = changes.get(location.parameter.name)
      if (!change) continue
      const { mask, on } = change
      const { rows, columns } = shape
      positions.set(node, on ? unplacedIn(this.#spare.get(node), on) : nonzerosOf(mask, 0, rows, columns))
    }
    const kept = new KeptNumbers(this.#memory, linked, changes)
    const counts = this.#newCounts(positions)
    for (const [node, { location, tied }] of this.#plan.kernels) {
      if (tied) continue
      const before = this.#positions.get(node) ?? NONE
      const now = positions.get(node) ?? before
      if (counts || now !== before) kept.keepKernel(location.parameter.name, before, now)
    }
    if (counts) kept.keepOthers(this.#others())
    for (const node of positions.keys()) this.#spare.set(node, this.#positions.get(node) ?? NONE)
    this.#positions = new Map([...this.#positions, ...positions])
    if (counts) this.#linked = link(this.#plan, this.#regions, this.#positions, this.#memory)
    const moved = counts ? this.#positions : positions
    writeTables(this.#plan, this.#linked ?? linked, this.#positions, this.#memory, moved.keys())
    kept.putBack(this.#linked ?? linked)
  }

  /** As Executable.nonzeros. */
  nonzeros(kernel: string): KernelNonzeros {
    const node = this.#nodes.get(kernel)
    if (node === undefined) throw new Error(`${kernel} is no kernel`)
    const at = addressOf(this.linked().links, kernel, -1) / FLOAT
    const { on, place } = this.#positions.get(node) ?? NONE
    const { floats } = this.#memory
    const values = floatsOf(on.length)
    for (let k = 0; k < values.length; k++) values[k] = floats[at + place[k]]
    return { on, values }
  }

  /** Whether any kernel has another number of nonzeros than before. */
  #newCounts(positions: Positions): boolean {
    return [...positions].some(([node, { on }]) => on.length !== this.#positions.get(node)?.on.length)
  }

  /** Parameters that are no kernels, with their sizes. */
  #others(): Map<string, number> {
    const parameters = parameterLocations(this.#plan.source).map(({ parameter }) => parameter)
    const others = parameters.filter(({ name }) => !this.#nodes.has(name))
    return new Map(others.map(({ name, shape }) => [name, sizeOf(shape)]))
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
      this.#linked = link(this.#plan, this.#regions, this.#positions, this.#memory)
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
