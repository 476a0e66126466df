/** Runs of several rounds: how many, how long, and where each stands in the learning rate's schedule. */
import { BenchError } from '../../shared/contract/errors.ts'
import { impRounds } from '../../shared/methods/rounds.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'

export interface Round {
  /** First step of the whole run, and how many. */
  readonly start: number
  readonly steps: number
  /** Place of the first step in the schedule of one training. */
  readonly scheduleStart: number
  /** The rate of this place is kept throughout. */
  readonly held?: true
}

/** The rounds of a method, of `steps` steps of one training; their starts follow from their lengths. */
export type Rounds = (dynamic: RunSpec['dynamic'], density: number, steps: number) => Omit<Round, 'start'>[]

/** Dense training, and the training after its pruning. */
export const oneShotRounds: Rounds = ({ fineTune, rewind }, _, steps) => {
  const after = Math.max(1, Math.round(fineTune * steps))
  return [
    { steps, scheduleStart: 0 },
    rewind === 'none'
      ? { steps: after, scheduleStart: steps - 1, held: true }
      : { steps: after, scheduleStart: steps - after },
  ]
}

/**
 * One dense training and one after each pruning. Throws BenchError('bad-specification') for a rewinding
 * past the end.
 */
export const impTrainings: Rounds = ({ pruneFraction, rewindStep, rewoundSchedule }, density, steps) => {
  if (rewindStep >= steps) {
    throw new BenchError(
      'bad-specification',
      `dynamic.rewindStep: ${rewindStep} is not within a round of ${steps} steps; allowed are 0 ` +
        `to ${steps - 1}`,
      'dynamic.rewindStep',
    )
  }
  const from = rewoundSchedule === 'rest' ? rewindStep : 0
  return Array.from({ length: impRounds(density, pruneFraction) }, (_, k) => ({
    steps: k === 0 ? steps : steps - from,
    scheduleStart: k === 0 ? 0 : from,
  }))
}

/** Rounds one after the other. */
export function placed(rounds: readonly Omit<Round, 'start'>[]): Round[] {
  let start = 0
  return rounds.map((round) => {
    const first = start
    start += round.steps
    return { ...round, start: first }
  })
}
