/** What masks in training have to tell: layers that were left without a weight, and that have some again. */
import type { ParameterSpec } from '../../shared/graph/types.ts'
import { countOnes } from '../initialization/masks.ts'

const SHOWN = 5

export class MaskNotes {
  readonly #empty = new Set<string>()

  /** Sentences on the layers that are newly empty. */
  of(
    layers: readonly { readonly parameter: Pick<ParameterSpec, 'name'>; readonly mask: Uint8Array }[],
  ): string[] {
    const empty = layers.filter(({ mask }) => countOnes(mask) === 0).map(({ parameter }) => parameter.name)
    const fresh = empty.filter((name) => !this.#empty.has(name))
    this.#empty.clear()
    for (const name of empty) this.#empty.add(name)
    if (fresh.length === 0) return []
    const more = fresh.length > SHOWN ? ` and ${fresh.length - SHOWN} more` : ''
    const names = fresh.slice(0, SHOWN).join(', ') + more
    return [`Layer collapse: nothing is left of ${empty.length} of ${layers.length} layers (${names}).`]
  }
}
