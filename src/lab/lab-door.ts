/** What whoever uses a lab needs of it, wherever it is. */
import type { OwnContents } from '../engine/index.ts'
import type { LabInput, LabMethod, LabOutput } from '../shared/contract/lab.ts'
import type { RunSpec } from '../shared/spec/schema.ts'
import type { LabEventName, LabListener } from './process/emitter.ts'

/** A lab as whoever uses it sees it: of this process, or at the other end of a line. */
export interface LabDoor {
  /** Calls a method of the contract. */
  call<M extends LabMethod>(method: M, input: LabInput<M>): Promise<LabOutput<M>>
  on<E extends LabEventName>(name: E, listener: LabListener<E>): () => void
  /** Calls back when events may have been missed, so that what is shown is to be asked anew. */
  onMissed(listener: () => void): () => void
  /**
   * The contents of a specification's own methods, for who computes in this process (`withMethods`).
   * @throws BenchError `not-found`, `untrusted`; `impossible` where the lab is elsewhere.
   */
  methodsFor(spec: RunSpec): OwnContents
  /** Works on these runs only, paused queue or not; null: on all that is queued. */
  work(only: readonly number[] | null): void
  /** Whether runs go on when this door is closed. */
  readonly goesOn: boolean
  /** Brings running runs to a checkpoint, stores everything, gives the home back. May be called twice. */
  close(): Promise<void>
}
