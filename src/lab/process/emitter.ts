/** Typed events of the lab. */
import type { LabEvents } from '../../shared/contract/lab.ts'

export type LabEventName = keyof LabEvents
export type LabListener<E extends LabEventName> = (payload: LabEvents[E]) => void
type AnyListener = (name: LabEventName, payload: LabEvents[LabEventName]) => void

export class LabEmitter {
  readonly #listeners = new Set<AnyListener>()

  /** Calls back for every event of a name; the function returned ends that. */
  on<E extends LabEventName>(name: E, listener: LabListener<E>): () => void {
    return this.onAny((heard, payload) => {
      if (heard === name) listener(payload as LabEvents[E])
    })
  }

  /** Calls back for every event. */
  onAny(listener: AnyListener): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  emit<E extends LabEventName>(name: E, payload: LabEvents[E]): void {
    for (const listener of [...this.#listeners]) listener(name, payload)
  }
}
