/** Weights and slots across a change of masks: taken in their old places, put back in the new ones. */
import { sizeOf } from '../../../shared/graph/shapes.ts'
import type { ParameterSpec } from '../../../shared/graph/types.ts'
import type { MaskChange } from '../../program/backend.ts'
import { FLOAT } from './geometry.ts'
import type { Linked } from './link.ts'
import { addressOf } from './links.ts'
import type { SharedMemory } from './memory.ts'

/** A kernel in its dense form, always 0 between uses. */
let dense = new Float32Array(0)

export class KeptNumbers {
  readonly #memory: SharedMemory
  readonly #before: Linked
  readonly #changes: ReadonlyMap<string, MaskChange>
  /** −1 the values, then the optimizer's slots. */
  readonly #arrays: readonly number[]
  readonly #kept: { readonly parameter: string; readonly array: number; readonly numbers: Float32Array }[] =
    []

  constructor(memory: SharedMemory, before: Linked, changes: ReadonlyMap<string, MaskChange>) {
    this.#memory = memory
    this.#before = before
    this.#changes = changes
    this.#arrays = [-1, ...before.links.slots.keys()]
  }

  /** A kernel whose nonzeros go from some positions to others; what is new or activated begins at 0. */
  keepKernel(
    { name, shape }: Pick<ParameterSpec, 'name' | 'shape'>,
    before: Int32Array,
    now: Int32Array,
  ): void {
    const activated = this.#changes.get(name)?.activated
    if (dense.length < sizeOf(shape)) dense = new Float32Array(sizeOf(shape))
    const all = dense
    const { floats } = this.#memory
    for (const array of this.#arrays) {
      const at = addressOf(this.#before.links, name, array) / FLOAT
      const numbers = new Float32Array(now.length)
      for (let k = 0; k < before.length; k++) all[before[k]] = floats[at + k]
      if (activated) for (let i = 0; i < activated.length; i++) all[activated[i]] = 0
      for (let k = 0; k < now.length; k++) numbers[k] = all[now[k]]
      for (let k = 0; k < before.length; k++) all[before[k]] = 0
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

  putBack({ links }: Linked): void {
    for (const { parameter, array, numbers } of this.#kept)
      this.#memory.floats.set(numbers, addressOf(links, parameter, array) / FLOAT)
  }
}
