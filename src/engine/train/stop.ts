/** A stop that is asked for before the first step: nothing is told or stored by then, so the run ends. */
import type { TrainCallbacks, TrainResult } from './types.ts'

/** Ends what prepares a run; of the trainer alone. */
export class StoppedEarly extends Error {
  readonly outcome: 'paused' | 'cancelled'

  constructor(outcome: 'paused' | 'cancelled') {
    super(`The run was ${outcome} before its first step.`)
    this.outcome = outcome
  }
}

/** Throws StoppedEarly where a stop is asked for. Cheap: scores and AI ask many times. */
export function endIfAsked({ command }: TrainCallbacks): void {
  const asked = command()
  if (asked !== 'continue') throw new StoppedEarly(asked === 'pause' ? 'paused' : 'cancelled')
}

/** The result of a run whose preparation ended in a stop that was asked for; other errors are thrown on. */
export function stoppedEarly(error: unknown): TrainResult {
  if (!(error instanceof StoppedEarly)) throw error
  return { outcome: error.outcome, step: 0, message: null }
}
