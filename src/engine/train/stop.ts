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

/** Runs what prepares a run; a stop that is asked for meanwhile is its result. Other errors are thrown on. */
export async function unlessStopped<Prepared>(
  prepare: () => Promise<Prepared>,
): Promise<{ readonly prepared: Prepared } | { readonly stopped: TrainResult }> {
  try {
    return { prepared: await prepare() }
  } catch (error) {
    if (!(error instanceof StoppedEarly)) throw error
    return { stopped: { outcome: error.outcome, step: 0, message: null } }
  }
}
