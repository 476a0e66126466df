/**
 * Collects what running runs have to say, to be written in one transaction. When the disk takes nothing –
 * it is full, or fails – nothing is dropped: what is collected stays until it can be written.
 */
import { explain, isDiskTrouble } from '../store/failures.ts'
import type { Connection } from '../store/open.ts'

type Write = (database: Connection) => void

export class Recorder {
  readonly #database: Connection
  #writes: Write[] = []
  #after: (() => void)[] = []
  /** Why nothing can be written now, as explain makes it; null when all is well. */
  blocked: unknown = null

  constructor(database: Connection) {
    this.#database = database
  }

  /**
   * Adds a write; writes happen in the order in which they were added. `after` is done once it is safely
   * stored.
   */
  add(write: Write, after?: () => void): void {
    this.#writes.push(write)
    if (after) this.#after.push(after)
  }

  /**
   * Writes all that is collected. False when the disk takes nothing; then it is kept.
   * @throws any other failure, after the writes that are not part of it were stored.
   */
  flush(): boolean {
    if (this.#writes.length === 0) return true
    try {
      this.#store(this.#writes)
    } catch (thrown) {
      const error = explain(thrown, this.#database.name)
      if (isDiskTrouble(error)) {
        this.blocked = error
        return false
      }
      const failures = this.#storeOneByOne()
      throw failures[0] ?? error
    }
    this.#done()
    return true
  }

  #store(writes: readonly Write[]): void {
    // What follows a write, such as the removal of an older checkpoint, must not outlive a power cut that the
    // write does not: in WAL mode only FULL waits for the disk.
    const durable = this.#after.length > 0
    if (durable) this.#database.pragma('synchronous = FULL')
    try {
      this.#database
        .transaction(() => {
          for (const write of writes) write(this.#database)
        })
        .immediate()
    } finally {
      if (durable) this.#database.pragma('synchronous = NORMAL')
    }
  }

  /** One write that cannot succeed must not take the others with it. */
  #storeOneByOne(): unknown[] {
    const failures: unknown[] = []
    for (const write of this.#writes) {
      try {
        this.#store([write])
      } catch (error) {
        failures.push(error)
      }
    }
    this.#done()
    return failures
  }

  #done(): void {
    this.blocked = null
    this.#writes = []
    const after = this.#after
    this.#after = []
    for (const action of after) action()
  }
}
