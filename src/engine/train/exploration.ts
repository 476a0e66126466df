/**
 * ITOP's exploration rate (Liu et al. 2021, arXiv 2102.02887): distinct weights ever on, over all maskable.
 */
import { countOnes } from '../initialization/masks.ts'
import type { FloatArray } from '../ops/ir.ts'

const PREFIX = 'ever on:'

export class Exploration {
  readonly #ever = new Map<string, Uint8Array>()
  #on = 0

  /** Ever on over all entries; NaN before any mask was seen. */
  get rate(): number {
    let entries = 0
    for (const mask of this.#ever.values()) entries += mask.length
    return this.#on / entries
  }

  /** `added`: entries that are on and were not in the mask seen before; null: the whole mask is looked at. */
  see(layer: string, mask: () => Uint8Array, added: Int32Array | null): void {
    const known = this.#ever.get(layer)
    if (known && added) {
      for (let i = 0; i < added.length; i++) {
        this.#on += 1 - known[added[i]]
        known[added[i]] = 1
      }
      return
    }
    const now = mask()
    const ever = known ?? new Uint8Array(now.length)
    this.#ever.set(layer, ever)
    const before = countOnes(ever)
    for (let k = 0; k < now.length; k++) ever[k] |= now[k]
    this.#on += countOnes(ever) - before
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
