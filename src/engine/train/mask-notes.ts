/** What masks in training have to tell: layers that were left without a weight, and that have some again. */
import type { KernelCounts } from './operations.ts'

const SHOWN = 5

export class MaskNotes {
  readonly #empty = new Set<string>()

  /** Sentences on the layers that are newly empty. */
  of(layers: readonly Pick<KernelCounts, 'name' | 'kept'>[]): string[] {
    const empty = layers.filter(({ kept }) => kept === 0).map(({ name }) => name)
    const fresh = empty.filter((name) => !this.#empty.has(name))
    this.#empty.clear()
    for (const name of empty) this.#empty.add(name)
    if (fresh.length === 0) return []
    const more = fresh.length > SHOWN ? ` and ${fresh.length - SHOWN} more` : ''
    const names = fresh.slice(0, SHOWN).join(', ') + more
    return [`Layer collapse: nothing is left of ${empty.length} of ${layers.length} layers (${names}).`]
  }
}
