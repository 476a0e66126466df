/**
 * ITOP's exploration rate (Liu et al. 2021, arXiv 2102.02887): distinct weights ever on, over all maskable.
 */
import type { ParameterSpec } from '../../shared/graph/types.ts'
import { countOnes } from '../initialization/masks.ts'
import type { FloatArray } from '../ops/ir.ts'

const PREFIX = 'ever on:'

interface SeenLayer {
  readonly parameter: Pick<ParameterSpec, 'name'>
  readonly mask: Uint8Array
  /** Entries that are on and were not in the mask seen before; without them the whole mask is looked at. */
  readonly grown?: Int32Array
}

export class Exploration {
  readonly #ever = new Map<string, Uint8Array>()
  #on = 0

  /** Ever on over all entries; NaN before any mask was seen. */
  get rate(): number {
    let entries = 0
    for (const mask of this.#ever.values()) entries += mask.length
    return this.#on / entries
  }

  see(layers: readonly SeenLayer[]): void {
    for (const { parameter, mask, grown } of layers) {
      const known = this.#ever.get(parameter.name)
      const ever = known ?? new Uint8Array(mask.length)
      this.#ever.set(parameter.name, ever)
      if (known && grown) {
        for (let i = 0; i < grown.length; i++) {
          this.#on += 1 - ever[grown[i]]
          ever[grown[i]] = 1
        }
        continue
      }
      const before = countOnes(ever)
      for (let k = 0; k < mask.length; k++) ever[k] |= mask[k]
      this.#on += countOnes(ever) - before
    }
  }

  memory(): [string, FloatArray][] {
    return [...this.#ever].map(([name, ever]) => [PREFIX + name, new Float32Array(ever)])
  }

  restore(memory: ReadonlyMap<string, FloatArray>): void {
    for (const [name, ever] of memory) {
      if (name.startsWith(PREFIX)) this.#ever.set(name.slice(PREFIX.length), Uint8Array.from(ever))
    }
    this.#on = [...this.#ever.values()].reduce((sum, ever) => sum + countOnes(ever), 0)
  }
}
