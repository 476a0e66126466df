/** The descriptors of a lab's own methods, known in its process as long as it is open. */
import { registerMethod } from '../../shared/methods/registry.ts'
import type { Connection } from '../store/open.ts'
import { knownMethods } from './known.ts'

export class RegisteredMethods {
  readonly #database: Connection
  #undo: (() => void)[] = []

  constructor(database: Connection) {
    this.#database = database
    this.refresh()
  }

  /** Brings the process up to date after a change. */
  refresh(): void {
    this.close()
    this.#undo = knownMethods(this.#database).map(({ about, offered }) =>
      registerMethod(about.descriptor, { offered }),
    )
  }

  close(): void {
    for (const each of this.#undo) each()
    this.#undo = []
  }
}
