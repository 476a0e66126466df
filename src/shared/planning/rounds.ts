/** Runs of several rounds: how many, how long, and where each stands in the learning rate's schedule. */
import { BenchError } from '../contract/errors.ts'
import { dynamicTraits } from '../methods/traits.ts'
import type { RunSpec } from '../spec/schema.ts'

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
type Rounds = (dynamic: RunSpec['dynamic'], density: number, steps: number) => Omit<Round, 'start'>[]

/**
 * Trainings where each prunes a fraction of what is left: one dense, and one after each pruning until the
 * density is reached.
 */
function trainings(density: number, pruneFraction: number): number {
  if (density >= 1) return 1
  return 1 + Math.max(1, Math.ceil(Math.log(density) / Math.log(1 - pruneFraction) - 1e-9))
}

/** Dense training, and the training after its pruning. */
const prunedOnce: Rounds = ({ fineTune, rewind }, _, steps) => {
  const after = Math.max(1, Math.round(fineTune * steps))
  return [
    { steps, scheduleStart: 0 },
    rewind === 'none'
      ? { steps: after, scheduleStart: steps - 1, held: true }
      : { steps: after, scheduleStart: steps - after },
  ]
}

/** One dense training and one after each pruning. */
const rewound: Rounds = ({ pruneFraction, rewindStep, rewoundSchedule }, density, steps) => {
  if (rewindStep >= steps) {
    throw new BenchError(
      'bad-specification',
      `dynamic.rewindStep: ${rewindStep} is not within a round of ${steps} steps; allowed are 0 ` +
        `to ${steps - 1}`,
      'dynamic.rewindStep',
    )
  }
  const from = rewoundSchedule === 'rest' ? rewindStep : 0
  return Array.from({ length: trainings(density, pruneFraction) }, (_, k) => ({
    steps: k === 0 ? steps : steps - from,
    scheduleStart: k === 0 ? 0 : from,
  }))
}

/**
 * The rounds of a run whose training takes `steps` steps; one for most methods. Throws
 * BenchError('bad-specification') for a rewinding past the end.
 */
export function roundsOf(
  { dynamic, sparsity }: Pick<RunSpec, 'dynamic' | 'sparsity'>,
  steps: number,
): Round[] {
  const { moments, rewinds } = dynamicTraits({ dynamic })
  if (steps === 0 || moments !== 'rounds') return [{ start: 0, steps, scheduleStart: 0 }]
  let start = 0
  return (rewinds ? rewound : prunedOnce)(dynamic, sparsity.density, steps).map((round) => {
    const first = start
    start += round.steps
    return { ...round, start: first }
  })
}

/**
 * What each round of rewound pruning keeps of `entries` weights: ⌊fraction · kept⌋ go after each, and the
 * last trains at exactly `target`.
 */
export function keptInRounds(rounds: number, entries: number, target: number, fraction: number): number[] {
  let kept = entries
  return Array.from({ length: rounds }, (_, k) => {
    if (k > 0) kept = Math.max(target, kept - Math.floor(fraction * kept + 1e-9))
    return k > 0 && k === rounds - 1 ? target : kept
  })
}
