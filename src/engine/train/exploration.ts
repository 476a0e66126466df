/**
 * ITOP's exploration rate (Liu et al. 2021, arXiv 2102.02887): distinct weights ever on, over all maskable.
 */
import type { ParameterSpec } from '../../shared/graph/types.ts'
import { countOnes } from '../initialization/masks.ts'
import type { FloatArray } from '../ops/ir.ts'

const PREFIX = 'ever on:'

export class Exploration {
  readonly #ever = new Map<string, Uint8Array>()

  /** Ever on over all entries; NaN before any mask was seen. */
  get rate(): number {
    const masks = [...this.#ever.values()]
    const entries = masks.reduce((sum, mask) => sum + mask.length, 0)
    return masks.reduce((sum, mask) => sum + countOnes(mask), 0) / entries
  }

  see(
    layers: readonly { readonly parameter: Pick<ParameterSpec, 'name'>; readonly mask: Uint8Array }[],
  ): void {
    for (const { parameter, mask } of layers) {
      const ever = this.#ever.get(parameter.name) ?? new Uint8Array(mask.length)
      for (let k = 0; k < mask.length; k++) ever[k] |= mask[k]
      this.#ever.set(parameter.name, ever)
    }
  }

  memory(): [string, FloatArray][] {
    return [...this.#ever].map(([name, ever]) => [PREFIX + name, new Float32Array(ever)])
  }

  restore(memory: ReadonlyMap<string, FloatArray>): void {
    for (const [name, ever] of memory) {
      if (name.startsWith(PREFIX)) this.#ever.set(name.slice(PREFIX.length), Uint8Array.from(ever))
    }
  }
}
